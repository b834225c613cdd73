package org.chargeproof.view.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever comes in: JSON-RPC goes out. There is no network behind it here. */
class JsonRpcTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATUS = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_status\"}";

    private final JsonRpc rpc = new JsonRpc(new Methods(() -> null, "1.2.3"));

    @Test
    void answersCallsWithTheirIds() {
        assertThat(answer(STATUS).at("/result/version").asText()).isEqualTo("1.2.3");
        assertThat(answer(STATUS.replace("\"id\":1", "\"id\":\"a\"")).get("id").asText())
                .isEqualTo("a");
        assertThat(answer(STATUS.replace("\"id\":1", "\"id\":12345678901234567890"))
                        .get("id")
                        .bigIntegerValue())
                .hasToString("12345678901234567890");
        assertThat(answer(STATUS.replace("\"id\":1", "\"id\":null")).get("id").isNull())
                .isTrue();
        assertThat(text(STATUS)).startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"version\":\"1.2.3\",");
    }

    @Test
    void toolsThatKnowNoNamespaceFindTheDocument() {
        String discover = STATUS.replace("charge_status", "rpc.discover");
        assertThat(text(discover)).isEqualTo(text(STATUS.replace("charge_status", "charge_discover")));
        assertThat(answer(discover).at("/result/openrpc").asText()).startsWith("1.");
        assertThat(answer(discover.replace("}", ",\"params\":[1]}"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(RpcException.INVALID_PARAMS);
        assertThat(answer(STATUS.replace("charge_status", "rpc.status"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32601);
    }

    @Test
    void answersBatchesInOrderAndNotificationsNot() {
        var answers = answer("[" + STATUS + "," + STATUS.replace("\"id\":1,", "") + ",7,"
                + STATUS.replace("\"id\":1", "\"id\":2") + "]");
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0).get("id").asInt()).isEqualTo(1);
        assertThat(answers.get(1).at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(answers.get(2).get("id").asInt()).isEqualTo(2);
        assertThat(text(STATUS.replace("\"id\":1,", ""))).isEmpty();
        assertThat(text("[" + STATUS.replace("\"id\":1,", "") + "]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-32700|",
                "-32700|{",
                "-32700|nothing",
                "-32700|{} {}",
                "-32700|{\"id\":1,}",
                "-32600|[]",
                "-32600|1",
                "-32600|null",
                "-32600|{}",
                "-32600|{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"charge_status\"}",
                "-32600|{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"charge_status\"}",
                "-32600|{\"jsonrpc\":\"2.0\",\"id\":1e999999999,\"method\":\"charge_status\"}",
                "-32600|{\"jsonrpc\":\"2.0\",\"id\":{\"a\":1},\"method\":\"charge_status\"}",
                "-32600|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
                "-32601|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}",
                "-32601|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x\"]}",
                "-32602|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_status\",\"params\":{\"a\":1}}",
                "-32602|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_status\",\"params\":[1]}",
                "-32602|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_session\",\"params\":[1e400]}",
                "-32050|{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_session\",\"params\":[1]}",
            })
    void saysWhatIsWrong(int code, String request) {
        var error = answer(request == null ? "" : request).get("error");
        assertThat(error.get("code").asInt()).as("%s: %s", request, error).isEqualTo(code);
        assertThat(error.get("message").asText()).isNotBlank().doesNotContain("\tat ", "Exception");
    }

    @Test
    void boundsWhatIsRead() {
        String deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_chargePoints\",\"params\":["
                + "[".repeat(100_000) + "]".repeat(100_000) + "]}";
        assertThat(answer(deep).at("/error/code").asInt()).isEqualTo(-32700);
        assertThat(text(deep)).hasSizeLessThan(600);
        String unknown = STATUS.replace("charge_status", "x".repeat(9_000));
        assertThat(answer(unknown).at("/error/code").asInt()).isEqualTo(-32601);
        assertThat(text(unknown)).hasSizeLessThan(600);
        assertThat(text(STATUS.replace("charge_status", "x".repeat(20_000)))).hasSizeLessThan(600);
        assertThat(text(STATUS.replace("\"id\":1", "\"id\":" + "1".repeat(1_000))))
                .hasSizeLessThan(600);
        String many = "[" + (STATUS + ",").repeat(9_999) + STATUS + "]";
        assertThat(answer(many).at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(answer("[" + (STATUS + ",").repeat(JsonRpc.MOST_CALLS - 1) + STATUS + "]"))
                .hasSize(JsonRpc.MOST_CALLS);
    }

    @Test
    void beginsNoCallWhenTheTimeIsOver() {
        long start = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(JsonRpc.MOST_MILLIS + 1);
        String answer = new String(rpc.answer(STATUS.getBytes(StandardCharsets.UTF_8), start), StandardCharsets.UTF_8);
        assertThat(answer).contains("-32005", "10000 ms");
    }

    @Test
    void survivesEveryByteThatIsChanged() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] request = ("[" + STATUS + "," + STATUS + "]").getBytes(StandardCharsets.UTF_8);
            for (int n = random.nextInt(4); n >= 0; n--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
            byte[] answer = rpc.answer(request, System.nanoTime());
            if (answer.length > 0) {
                assertThat(read(new String(answer, StandardCharsets.UTF_8)).isContainerNode())
                        .isTrue();
            }
        }
    }

    private JsonNode answer(String request) {
        return read(text(request));
    }

    private String text(String request) {
        return new String(
                rpc.answer(request.getBytes(StandardCharsets.UTF_8), System.nanoTime()), StandardCharsets.UTF_8);
    }

    private static JsonNode read(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
