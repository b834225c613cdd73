package org.chargeproof.view.follow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Hash;

/** A chain in memory, with logs as the contracts write them. */
public final class MemoryChain implements Chain {
    /** Where the contracts are. */
    public static final String CONSORTIUM = address(1);

    public static final String ASSETS = address(2);
    public static final String CHARGING = address(3);
    public static final String PLANS = address(4);
    public static final String ALGORITHMS = address(5);

    private final List<MemoryBlock> blocks = new CopyOnWriteArrayList<>();
    private volatile RuntimeException failure;

    private record MemoryBlock(BlockHeader header, List<RawLog> logs) implements Block {}

    public MemoryChain(long genesisSeconds) {
        add(genesisSeconds);
    }

    /** The n-th address. */
    public static String address(int n) {
        return "0x" + "0".repeat(38) + "%02x".formatted(n);
    }

    /** Adds a block. */
    public void add(long timestampSeconds, RawLog... logs) {
        long number = blocks.size();
        var placed = new ArrayList<RawLog>();
        for (RawLog log : logs) {
            placed.add(new RawLog(number, placed.size(), log.address(), log.topics(), log.data()));
        }
        Bytes32 parent =
                blocks.isEmpty() ? Bytes32.ZERO : blocks.getLast().header().hash();
        Bytes32 hash = Sha256.of(
                parent.toArray(), Bytes.ofUnsignedLong(timestampSeconds).toArray());
        blocks.add(new MemoryBlock(new BlockHeader(number, hash, timestampSeconds), List.copyOf(placed)));
    }

    /** The same chain up to a block. */
    MemoryChain upTo(long number) {
        var chain = new MemoryChain(blocks.getFirst().header().timestampSeconds());
        blocks.stream().skip(1).limit(number).forEach(chain.blocks::add);
        return chain;
    }

    /** Lets all calls fail; null lets them work again. */
    void fail(RuntimeException e) {
        failure = e;
    }

    @Override
    public long chainId() {
        return 2018;
    }

    @Override
    public BlockHeader head() {
        return blocks.getLast().header();
    }

    @Override
    public Block block(long number) {
        if (failure != null) {
            throw failure;
        }
        return blocks.get((int) number);
    }

    /** The log by which a network is found. */
    public static RawLog linked(
            String contract, String protocol, long deployedAtBlock, int firstTimestep, int timestepSeconds) {
        return log(
                contract,
                "NetworkLinked(string,address,address,address,address,uint64,uint32,uint32,uint32,uint32,uint16,uint8,uint8)",
                0,
                protocol,
                new Address(ASSETS),
                new Address(CHARGING),
                new Address(PLANS),
                new Address(ALGORITHMS),
                deployedAtBlock,
                firstTimestep,
                timestepSeconds,
                timestepSeconds / 3,
                timestepSeconds / 10,
                4,
                2,
                3);
    }

    /**
     * A log of an event.
     *
     * @param indexed how many of the first fields are
     */
    public static RawLog log(String contract, String signature, int indexed, Object... fields) {
        List<Type<?>> types =
                Arrays.stream(fields).<Type<?>>map(MemoryChain::type).toList();
        var topics = new ArrayList<Bytes32>();
        topics.add(Bytes32.fromHexString(Hash.sha3String(signature)));
        types.stream().limit(indexed).forEach(t -> topics.add(Bytes32.fromHexString(TypeEncoder.encode(t))));
        @SuppressWarnings("rawtypes") // as web3j wants it
        List<Type> data = types.stream().skip(indexed).collect(Collectors.toList());
        return new RawLog(
                0,
                0,
                Bytes.fromHexString(contract),
                topics,
                Bytes.fromHexString("0x" + FunctionEncoder.encodeConstructor(data)));
    }

    private static Type<?> type(Object field) {
        if (field instanceof Type<?> type) {
            return type;
        }
        return switch (field) {
            case Bytes32 hash -> new org.web3j.abi.datatypes.generated.Bytes32(hash.toArray());
            case Bytes bytes -> new DynamicBytes(bytes.toArray());
            case String text -> new Utf8String(text);
            case Boolean flag -> new Bool(flag);
            case Number number -> new Uint256(BigInteger.valueOf(number.longValue()));
            default -> throw new IllegalArgumentException("no field: " + field);
        };
    }
}
