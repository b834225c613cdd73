package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose plugin is late, wrong or gone; the plugin itself is tested on Besu. */
class PluginTimestepSourceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final NetworkParameters PARAMETERS = new NetworkParameters(30, 10, 3, 4, 2, 3);
    private static final int FIRST = 1_000;
    private static final String CONTRACT = "0x00000000000000000000000000000000000c0117";

    private HttpServer node;
    private LedgerClient client;
    private final List<TimestepEvent> events = new ArrayList<>();
    private volatile long processedBlock;
    private volatile String contract = CONTRACT;
    private volatile boolean plugin = true;

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", this::answer);
        node.start();
        client = LedgerClient.connect("http://127.0.0.1:" + node.getAddress().getPort());
        var clock = new TimestepClock(PARAMETERS, FIRST, FIRST * 30L);
        for (int block = 1; block <= 60; block++) {
            events.addAll(clock.onBlock(header(block)));
        }
        processedBlock = 60;
    }

    @AfterEach
    void stop() {
        client.close();
        node.stop(0);
    }

    @Test
    void tellsEveryEventOnceAndNoneBeforeItsBlock() {
        var source = source(0, Duration.ofSeconds(20));
        var told = new ArrayList<TimestepEvent>();
        for (int block = 1; block <= 60; block += 7) {
            var some = source.until(header(block));
            int now = block;
            assertThat(some).allMatch(e -> e.block() <= now);
            told.addAll(some);
        }
        told.addAll(source.until(header(60)));
        assertThat(told).isEqualTo(events).hasSizeGreaterThan(10);
        assertThat(source.until(header(60))).isEmpty();
        assertThat(source(5, Duration.ofSeconds(20)).until(header(60))).isEqualTo(events.subList(5, events.size()));
    }

    @Test
    void waitsForAPluginThatIsLateThenDoesWithoutThenComesBack() {
        var source = source(0, Duration.ofMillis(1));
        var told = new ArrayList<>(source.until(header(20)));
        processedBlock = 25;
        assertThatThrownBy(() -> source.until(header(40)))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("has not followed block 40");
        told.addAll(source.until(header(40)));
        plugin = false;
        told.addAll(source.until(header(50)));
        plugin = true;
        processedBlock = 60;
        told.addAll(source.until(header(60)));
        assertThat(told).isEqualTo(events);
    }

    @Test
    void refusesAPluginThatFollowsAnotherNetwork() {
        contract = "0x00000000000000000000000000000000000000ff";
        assertThat(PluginTimestepSource.unusable(client, CONTRACT).orElseThrow())
                .contains("follows the network at");
        assertThatThrownBy(() -> source(0, Duration.ZERO).until(header(9)))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("--plugin-charge-contract");
        plugin = false;
        assertThat(PluginTimestepSource.unusable(client, CONTRACT).orElseThrow())
                .contains("no chargeproof plugin");
        plugin = true;
        contract = CONTRACT.toUpperCase(Locale.ROOT).replace("0X", "0x");
        assertThat(PluginTimestepSource.unusable(client, CONTRACT)).isEmpty();
    }

    private PluginTimestepSource source(long fromSequence, Duration patience) {
        return new PluginTimestepSource(
                client,
                CONTRACT,
                fromSequence,
                sequence -> HeaderTimestepSource.fromMoment(
                        new Headers(), PARAMETERS, FIRST, 0, TimestepClock.momentOf(sequence, PARAMETERS, FIRST)),
                patience);
    }

    /** A block every four seconds, with a halt. */
    private static BlockHeader header(long number) {
        return new BlockHeader(
                number,
                Bytes32.leftPad(Bytes.ofUnsignedLong(number)),
                FIRST * 30L + 4 * number + (number > 30 ? 100 : 0));
    }

    private static final class Headers implements BlockSource {
        @Override
        public BlockHeader head() {
            return header(60);
        }

        @Override
        public BlockHeader header(long number) {
            return PluginTimestepSourceTest.header(number);
        }

        @Override
        public List<RawLog> logs(long fromBlock, long toBlock) {
            return List.of();
        }
    }

    private void answer(HttpExchange call) throws IOException {
        JsonNode request = JSON.readTree(call.getRequestBody());
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.get("id"));
        String method = request.get("method").asText();
        if (method.equals("eth_chainId")) {
            answer.put("result", "0x7e2");
        } else if (!plugin) {
            answer.putObject("error").put("code", -32601).put("message", "Method not found");
        } else {
            ObjectNode result =
                    answer.putObject("result").put("contract", contract).put("processedBlock", processedBlock);
            long from = request.get("params").path(0).asLong();
            var told = result.putArray("events");
            events.stream()
                    .filter(e -> e.sequence() >= from && e.block() <= processedBlock)
                    .forEach(e -> told.addObject()
                            .put("sequence", e.sequence())
                            .put("kind", e.kind().name())
                            .put("timestep", e.timestep())
                            .put("block", e.block())
                            .put("blockHash", e.blockHash().toHexString())
                            .put("blockTimestampSeconds", e.blockTimestampSeconds())
                            .put("snapshotBlock", e.snapshotBlock())
                            .put("missed", e.missed()));
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        call.getResponseHeaders().set("Content-Type", "application/json");
        call.sendResponseHeaders(200, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }
}
