package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

/** Whatever a block holds is read, whatever the node's limits are; and what a node cannot have read is refused. */
class NodeBlockSourceTest {
    private static final String OURS = "0x" + "aa".repeat(20);
    private static final String THEIRS = "0x" + "bb".repeat(20);
    private static final String TOPIC = LogDecoder.topics().stream()
            .map(Bytes32::toHexString)
            .sorted()
            .findFirst()
            .orElseThrow();

    private final TreeMap<Long, List<Map<String, Object>>> logs = new TreeMap<>();
    private final List<Long> asked = new ArrayList<>();
    private int maxLogs = Integer.MAX_VALUE;
    private int answersBeforeError = Integer.MAX_VALUE;
    private UnaryOperator<List<Map<String, Object>>> lie = UnaryOperator.identity();
    private JsonRpcStub node;
    private LedgerClient client;
    private NodeBlockSource source;

    @BeforeEach
    void start() {
        node = new JsonRpcStub(this::answer);
        client = LedgerClient.connect(node.url());
        source = new NodeBlockSource(client, List.of(OURS));
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    @Test
    void halvesARangeThatIsTooMuchAndGrowsAgain() {
        for (long block = 1; block <= 20_000; block++) {
            if (block > 1_000 && block <= 1_100) {
                add(block, OURS, "0x");
                add(block, OURS, "0x");
            }
        }
        maxLogs = 7;
        assertThat(source.logs(1, 20_000)).hasSize(200);
        assertThat(asked).anyMatch(blocks -> blocks <= 3);
        assertThat(asked.stream().skip(asked.size() - 5)).anyMatch(blocks -> blocks > 500);
        // what fitted is remembered: the next read does not begin with failing
        int before = asked.size();
        source.logs(1_001, 1_004);
        assertThat(asked.size() - before).isLessThanOrEqualTo(4);
    }

    @Test
    void readsABlockThatFitsIntoNoAnswerByItsTransactions() {
        for (int i = 0; i < 50; i++) {
            add(5, i % 5 == 0 ? THEIRS : OURS, "0x" + "0%x".formatted(i % 16));
        }
        add(6, OURS, "0x");
        maxLogs = 7;
        var read = source.logs(1, 10);
        assertThat(read).hasSize(41);
        assertThat(read).extracting(RawLog::block).isSorted();
        assertThat(read.stream()
                        .filter(l -> l.block() == 5)
                        .map(RawLog::logIndex)
                        .toList())
                .isSorted()
                .doesNotContain(0, 5, 10);
    }

    @Test
    void readsOneLogOfTwelveMegabytes() {
        add(3, OURS, "0x" + "ab".repeat(11_900_000));
        add(4, OURS, "0x");
        assertThat(source.logs(1, 10)).extracting(log -> log.data().size()).containsExactly(11_900_000, 0);
    }

    @Test
    void refusesOneLogThatIsBeyondTheBoundAndSaysSo() {
        add(3, OURS, "0x" + "ab".repeat(17_000_000));
        assertThatThrownBy(() -> source.logs(1, 10))
                .isInstanceOf(AnswerTooLargeException.class)
                .hasMessageContaining("with too much");
    }

    @Test
    void aPageIsBoundedWhateverTheRangeHolds() {
        for (long block = 1; block <= 40; block++) {
            add(block, OURS, "0x" + "ab".repeat(1_000_000));
        }
        var page = source.page(1, 5_000);
        long bytes = page.logs().stream().mapToLong(l -> l.data().size()).sum();
        assertThat(bytes).isLessThan(20_000_000);
        assertThat(page.lastBlock()).isBetween(1L, 39L);
        assertThat(page.logs()).hasSize((int) page.lastBlock());
    }

    @Test
    void refusesWhatANodeCannotHaveRead() {
        add(4, OURS, "0x01");
        add(5, OURS, "0x02");
        refuses("a log of block 99", log -> log.put("blockNumber", "0x63"), null);
        refuses("which was not asked for", log -> log.put("address", THEIRS), null);
        refuses("which was not asked for", log -> log.put("topics", List.of("0x" + "77".repeat(32))), null);
        refuses("a log that is none", log -> log.put("removed", true), null);
        refuses("a log that is none", log -> log.put("blockNumber", null), null);
        refuses("a log that is none", log -> log.put("logIndex", "0xffffffffff"), null);
        refuses("a log that is none", log -> log.put("address", "0x12"), null);
        refuses("a log that is none", log -> log.put("data", "0xzz"), null);
        refuses("a log that is none", log -> log.put("topics", List.of("0x12")), null);
        refuses("a log that is none", log -> log.put("topics", null), null);
        refuses("a log that is none", null, list -> {
            var more = new ArrayList<>(list);
            more.add(null);
            return more;
        });
        refuses("behind log", null, List::reversed);
        refuses("behind log", null, list -> {
            var twice = new ArrayList<>(list);
            twice.addAll(list);
            return twice;
        });
    }

    @Test
    void anErrorThatStaysIsTold() {
        answersBeforeError = 0;
        assertThatThrownBy(() -> source.logs(1, 5_000)).isInstanceOf(RpcErrorException.class);
    }

    private interface Change {
        void of(Map<String, Object> log);
    }

    private void refuses(String message, Change change, UnaryOperator<List<Map<String, Object>>> list) {
        lie = list != null
                ? list
                : told -> {
                    var changed = new ArrayList<Map<String, Object>>();
                    for (var log : told) {
                        var copy = new LinkedHashMap<>(log);
                        change.of(copy);
                        changed.add(copy);
                    }
                    return changed;
                };
        assertThatThrownBy(() -> source.logs(1, 10))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    private void add(long block, String address, String data) {
        var inBlock = logs.computeIfAbsent(block, b -> new ArrayList<>());
        var log = new HashMap<String, Object>();
        log.put("removed", false);
        log.put("logIndex", "0x" + Integer.toHexString(inBlock.size()));
        log.put("transactionIndex", "0x0");
        log.put("transactionHash", transaction(block, inBlock.size()));
        log.put("blockHash", hash(block));
        log.put("blockNumber", "0x" + Long.toHexString(block));
        log.put("address", address);
        log.put("data", data);
        log.put("topics", List.of(TOPIC));
        inBlock.add(log);
    }

    private static String hash(long block) {
        return Hash.sha3String("block " + block);
    }

    private static String transaction(long block, int index) {
        return Hash.sha3String("transaction " + block + " " + index);
    }

    private Object answer(JsonNode request) {
        JsonNode first = request.path("params").path(0);
        return switch (request.path("method").asText()) {
            case "eth_chainId" -> "0x7e2";
            case "eth_getLogs" -> getLogs(first);
            case "eth_getBlockByNumber" -> {
                if (answersBeforeError == 0) {
                    throw new IllegalArgumentException("the disk is on fire");
                }
                long block = number(first);
                int count = logs.getOrDefault(block, List.of()).size();
                var transactions = new ArrayList<String>();
                for (int i = 0; i < count; i++) {
                    transactions.add(transaction(block, i));
                }
                yield Map.of(
                        "number",
                        first.asText(),
                        "hash",
                        hash(block),
                        "timestamp",
                        "0x1",
                        "transactions",
                        transactions);
            }
            case "eth_getTransactionReceipt" -> {
                var log = logs.values().stream()
                        .flatMap(List::stream)
                        .filter(l -> l.get("transactionHash").equals(first.asText()))
                        .findFirst()
                        .orElseThrow();
                yield Map.of(
                        "status",
                        "0x1",
                        "transactionHash",
                        first.asText(),
                        "blockHash",
                        log.get("blockHash"),
                        "blockNumber",
                        log.get("blockNumber"),
                        "logs",
                        List.of(log));
            }
            default -> throw new IllegalArgumentException("no such method");
        };
    }

    private Object getLogs(JsonNode filter) {
        long from = number(filter.path("fromBlock"));
        long to = number(filter.path("toBlock"));
        asked.add(to - from + 1);
        var found = logs.subMap(from, true, to, true).values().stream()
                .flatMap(List::stream)
                .filter(l -> l.get("address").equals(OURS))
                .toList();
        if (found.size() > maxLogs || answersBeforeError == 0) {
            throw new IllegalArgumentException("query returned more than " + maxLogs + " results");
        }
        return lie.apply(found);
    }

    private static long number(JsonNode quantity) {
        return Long.parseLong(quantity.asText().substring(2), 16);
    }
}
