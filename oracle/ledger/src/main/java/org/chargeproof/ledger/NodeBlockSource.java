package org.chargeproof.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.utils.Numeric;

/**
 * Reads a network's headers and logs from a node. Nodes limit blocks, logs, bytes or time of an answer, each in its own way: ranges
 * are halved until they fit and grow again; a block whose logs fit into no answer is read transaction by transaction. What a node
 * tells that cannot be so is a {@link LedgerException}.
 */
public final class NodeBlockSource implements BlockSource {
    private static final long MOST_BLOCKS_PER_REQUEST = 5_000;
    /** Of data in one page: enough to be quick, little beside a heap. */
    private static final long PAGE_BYTES = 8L << 20;

    private static final int MOST_TOPICS = 4;
    private static final int ADDRESS_BYTES = 20;
    /** A node that is too slow three times in a row is not asked a fourth time in this call. */
    private static final int MOST_LATE = 3;

    private final LedgerClient client;
    private final List<String> addresses;
    private final Set<Bytes> addressBytes = new HashSet<>();
    private final Set<Bytes32> topics = new HashSet<>(LogDecoder.topics());
    private final boolean asksForHashes;
    private long blocksPerRequest = MOST_BLOCKS_PER_REQUEST;

    public NodeBlockSource(Network network) {
        this(network.client(), network.addresses(), false);
    }

    /** @param addresses of the contracts, in hex */
    NodeBlockSource(LedgerClient client, List<String> addresses) {
        this(client, addresses, false);
    }

    private NodeBlockSource(LedgerClient client, List<String> addresses, boolean asksForHashes) {
        this.client = client;
        this.addresses = addresses;
        this.asksForHashes = asksForHashes;
        addresses.forEach(a -> addressBytes.add(Bytes.fromHexString(a)));
    }

    /** As {@link #withBills}, and asks, for one header more with each answer, whether logs come from the same chain as headers. */
    public static NodeBlockSource ofOneChain(Network network) {
        return new NodeBlockSource(network.client(), all(network), true);
    }

    /** Reads the logs that bills are made of, too: what takes them for those of plans goes wrong. See {@code Fold}. */
    public static NodeBlockSource withBills(Network network) {
        return new NodeBlockSource(network.client(), all(network), false);
    }

    /** As {@link #withBills}, with payment channels, and logs with these first topics too. */
    public static NodeBlockSource withPayments(Network network, Set<Bytes32> more) {
        var source = new NodeBlockSource(network.client(), allAndChannels(network), false);
        source.topics.addAll(more);
        return source;
    }

    /** As {@link #ofOneChain}, with payment channels. */
    public static NodeBlockSource withPaymentsOfOneChain(Network network) {
        return new NodeBlockSource(network.client(), allAndChannels(network), true);
    }

    private static List<String> allAndChannels(Network network) {
        var addresses = new ArrayList<>(all(network));
        var market = network.identity().market();
        if (market != null) {
            addresses.add(market.channels().toHexString());
        }
        return addresses;
    }

    private static List<String> all(Network network) {
        return network.identity().addresses().stream().map(Bytes::toHexString).toList();
    }

    @Override
    public BlockHeader head() {
        return client.head();
    }

    @Override
    public BlockHeader header(long number) {
        return client.header(number);
    }

    @Override
    public List<RawLog> logs(long fromBlock, long toBlock) {
        var logs = new ArrayList<RawLog>();
        for (long from = fromBlock; from <= toBlock; ) {
            Page page = page(from, toBlock);
            logs.addAll(page.logs());
            from = page.lastBlock() + 1;
        }
        return logs;
    }

    @Override
    public Page page(long fromBlock, long toBlock) {
        var logs = new ArrayList<RawLog>();
        long bytes = 0;
        long next = fromBlock;
        int late = 0;
        while (next <= toBlock && bytes < PAGE_BYTES) {
            long last = Math.min(toBlock, next + blocksPerRequest - 1);
            try {
                var some = read(next, last);
                logs.addAll(some);
                long these = some.stream().mapToLong(l -> l.data().size()).sum();
                bytes += these;
                late = 0;
                // the next answer must not be twice as large as one that was large already
                if (last - next + 1 == blocksPerRequest && these < PAGE_BYTES / 2) {
                    blocksPerRequest = Math.min(MOST_BLOCKS_PER_REQUEST, 2 * blocksPerRequest);
                }
                next = last + 1;
            } catch (RpcErrorException | AnswerTooLargeException e) {
                if (e instanceof AnswerTooLargeException answer && answer.late() && ++late == MOST_LATE) {
                    throw answer;
                }
                if (next == last) {
                    var some = byTransaction(next);
                    logs.addAll(some);
                    bytes += some.stream().mapToLong(l -> l.data().size()).sum();
                    next++;
                } else {
                    blocksPerRequest = Math.max(1, (last - next + 1) / 2);
                }
            }
        }
        return new Page(List.copyOf(logs), next - 1);
    }

    private List<RawLog> read(long from, long to) {
        var answer = client.ask("eth_getLogs", List.of(filter(from, to)), LogsResponse.class);
        var logs = new ArrayList<RawLog>();
        RawLog before = null;
        Bytes32 hash = Bytes32.ZERO;
        for (Log told : answer.getResult()) {
            RawLog log = client.understand("a log", () -> {
                requireInBlock(Objects.requireNonNull(told));
                return raw(told);
            });
            Bytes32 itsHash = client.understand("a log", () -> Bytes32.fromHexStringStrict(told.getBlockHash()));
            if (before != null && before.block() == log.block() && !itsHash.equals(hash)) {
                throw lies("logs of two blocks " + log.block() + ", " + hash + " and " + itsHash);
            }
            hash = itsHash;
            if (log.block() < from || log.block() > to) {
                throw lies("a log of block " + log.block() + " when it was asked for blocks " + from + " to " + to);
            }
            if (!isOurs(log)) {
                throw lies("a log of " + log.address() + ", which was not asked for, in block " + log.block());
            }
            requireBehind(before, log);
            logs.add(log);
            before = log;
        }
        if (asksForHashes && before != null) {
            // this block stands for all before it
            var header = client.header(before.block());
            if (!header.hash().equals(hash)) {
                throw lies("logs of block " + before.block() + " with hash " + hash + ", and with that block's hash "
                        + header.hash());
            }
        }
        return logs;
    }

    /** What a block's transactions wrote, by their receipts: one transaction's logs fit where those of a block do not. */
    private List<RawLog> byTransaction(long number) {
        // web3j's own answer takes everything that is no list of hashes for no transactions
        var block = client.ask(
                        "eth_getBlockByNumber",
                        List.of(Numeric.encodeQuantity(BigInteger.valueOf(number)), false),
                        BlockResponse.class)
                .getResult();
        List<String> hashes = client.understand("a block", () -> {
            if (Numeric.decodeQuantity(block.number()).longValueExact() != number) {
                throw new IllegalArgumentException("another block");
            }
            Objects.requireNonNull(block.hash());
            return List.copyOf(block.transactions());
        });
        var logs = new ArrayList<RawLog>();
        RawLog before = null;
        for (String hash : hashes) {
            var receipt = client.receipt(hash)
                    .orElseThrow(() -> lies("no receipt of transaction " + Shown.of(hash) + " of block " + number));
            if (!block.hash().equalsIgnoreCase(receipt.getBlockHash())) {
                throw lies("a receipt of another block than " + number + " for transaction " + Shown.of(hash));
            }
            for (Log told : client.understand("a receipt", () -> Objects.requireNonNull(receipt.getLogs()))) {
                RawLog log = client.understand("a log", () -> {
                    requireInBlock(told);
                    return raw(told);
                });
                if (log.block() != number) {
                    throw lies("a log of block " + log.block() + " in a receipt of block " + number);
                }
                requireBehind(before, log);
                before = log;
                if (isOurs(log)) {
                    logs.add(log);
                }
            }
        }
        return logs;
    }

    private static void requireInBlock(Log log) {
        if (log.isRemoved() || log.getBlockNumberRaw() == null || log.getLogIndexRaw() == null) {
            throw new IllegalArgumentException("a log that is in no block");
        }
    }

    private static RawLog raw(Log log) {
        if (log.getTopics().size() > MOST_TOPICS) {
            throw new IllegalArgumentException(log.getTopics().size() + " topics");
        }
        Bytes address = Bytes.fromHexString(log.getAddress());
        if (address.size() != ADDRESS_BYTES) {
            throw new IllegalArgumentException("an address of " + address.size() + " bytes");
        }
        return new RawLog(
                log.getBlockNumber().longValueExact(),
                log.getLogIndex().intValueExact(),
                address,
                log.getTopics().stream().map(Bytes32::fromHexStringStrict).toList(),
                Bytes.fromHexString(log.getData()));
    }

    private boolean isOurs(RawLog log) {
        return addressBytes.contains(log.address())
                && !log.topics().isEmpty()
                && topics.contains(log.topics().getFirst());
    }

    private void requireBehind(@Nullable RawLog before, RawLog log) {
        if (before != null
                && (log.block() < before.block()
                        || (log.block() == before.block() && log.logIndex() <= before.logIndex()))) {
            throw lies("log " + log.logIndex() + " of block " + log.block() + " behind log " + before.logIndex()
                    + " of block " + before.block());
        }
    }

    /** web3j's own answer takes everything that is no list of objects for no logs. */
    static final class LogsResponse extends Response<List<Log>> {}

    /** As much of a block as its logs are found by. */
    record BlockOfHashes(String number, String hash, List<String> transactions) {}

    static final class BlockResponse extends Response<BlockOfHashes> {}

    private LedgerException lies(String what) {
        return new LedgerException(client.url() + " answered with " + what
                + ". Maybe it is not a node, or a broken one; ask another one.");
    }

    private EthFilter filter(long from, long to) {
        var filter = new EthFilter(
                DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
                DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
                addresses.stream().map(a -> a.toLowerCase(Locale.ROOT)).toList());
        filter.addOptionalTopics(topics.stream().map(Bytes::toHexString).toArray(String[]::new));
        return filter;
    }
}
