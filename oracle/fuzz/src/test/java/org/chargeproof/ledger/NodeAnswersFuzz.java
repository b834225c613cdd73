package org.chargeproof.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.chargeproof.protocol.time.NetworkParameters;

/** What a node answers to whatever it is asked: something that can be, or a message of one line. */
public final class NodeAnswersFuzz {
    private static final String CONTRACT = "0x" + "aa".repeat(20);
    private static final int MOST_BYTES = 1 << 16;
    private static final ThreadLocal<byte[]> ANSWER =
            ThreadLocal.withInitial(() -> "{\"result\":\"0x7e2\"}".getBytes(StandardCharsets.UTF_8));
    private static final LedgerClient CLIENT = LedgerClient.over(
            "http://127.0.0.1:1",
            new OkHttpClient.Builder()
                    .addInterceptor(chain -> new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(200)
                            .message("OK")
                            .body(ResponseBody.create(ANSWER.get(), MediaType.get("application/json")))
                            .build())
                    .build(),
            MOST_BYTES);
    private static final NodeBlockSource BLOCKS = new NodeBlockSource(CLIENT, List.of(CONTRACT));
    private static final List<Runnable> QUESTIONS = List.of(
            () -> CLIENT.head(),
            () -> CLIENT.header(5),
            () -> BLOCKS.logs(5, 5),
            () -> BLOCKS.logs(1, 9),
            () -> CLIENT.receipt("0x" + "12".repeat(32)),
            () -> CLIENT.code(CONTRACT),
            () -> Network.discover(CLIENT, CONTRACT),
            () -> PluginTimestepSource.unusable(CLIENT, CONTRACT),
            () -> new PluginTimestepSource(CLIENT, CONTRACT, 0, sequence -> {
                        throw new LedgerException("no headers");
                    })
                    .until(new org.chargeproof.protocol.time.BlockHeader(
                            0,
                            org.apache.tuweni.bytes.Bytes32.ZERO,
                            new NetworkParameters(900, 60, 6, 4, 2, 3).startOf(9))));

    private NodeAnswersFuzz() {}

    /** The first byte says what is asked, the others are the answer. */
    public static void fuzzerTestOneInput(byte[] in) {
        if (in.length == 0) {
            return;
        }
        ANSWER.set(Arrays.copyOfRange(in, 1, in.length));
        try {
            QUESTIONS.get((in[0] & 0xff) % QUESTIONS.size()).run();
        } catch (LedgerException | RpcErrorException e) {
            if (String.valueOf(e.getMessage()).indexOf('\n') >= 0) {
                throw new IllegalStateException("more than one line: " + e.getMessage(), e);
            }
        }
    }
}
