package org.chargeproof.ledger;

import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.protocol.Service;
import org.web3j.protocol.exceptions.ClientConnectionException;

/**
 * JSON-RPC over HTTP with a node that may answer anything, for ever: what it says is bounded before it is read. Bytes are counted
 * behind any compression; redirects are not followed.
 */
final class NodeService extends Service {
    /** All logs of one block of 40,000,000 gas are below 11 MB of JSON; so is one log of 15 MB on a chain without that limit. */
    static final int MOST_ANSWER_BYTES = 32 << 20;

    private static final int MOST_DEPTH = 64;
    private static final int MOST_NUMBER_DIGITS = 100;
    private static final int MOST_NAME_CHARACTERS = 1_000;
    /** As many as 60,000 logs have; each of them becomes an object. */
    private static final long MOST_TOKENS = 2_000_000;

    private static final int MOST_ERROR_BYTES = 300;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    static {
        // web3j reads with one mapper, and lets nobody give another
        ObjectMapperFactory.getObjectMapper()
                .getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MOST_DEPTH)
                        .maxNumberLength(MOST_NUMBER_DIGITS)
                        .maxNameLength(MOST_NAME_CHARACTERS)
                        .maxStringLength(MOST_ANSWER_BYTES)
                        .maxTokenCount(MOST_TOKENS)
                        .build());
    }

    private final String url;
    private final OkHttpClient http;
    private final int maxAnswerBytes;
    /** When each call that has no answer yet was sent, by {@link System#nanoTime}. */
    private final Map<Call, Long> unanswered = new ConcurrentHashMap<>();

    /** The answer has more bytes than are read of any. */
    static final class TooManyBytesException extends IOException {
        private static final long serialVersionUID = 1;

        TooManyBytesException(int most) {
            super("more than " + most + " bytes");
        }
    }

    /** @param http with a time limit for whole calls, following no redirects */
    NodeService(String url, OkHttpClient http, int maxAnswerBytes) {
        super(false);
        this.url = url;
        this.http = http;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    @Override
    @SuppressWarnings("deprecation") // the order of arguments that both versions of its library have
    protected @Nullable InputStream performIO(String request) throws IOException {
        var call = http.newCall(new Request.Builder()
                .url(url)
                .post(RequestBody.create(JSON, request))
                .build());
        unanswered.put(call, System.nanoTime());
        try (Response response = call.execute();
                var body = response.body()) {
            if (!response.isSuccessful()) {
                byte[] text = body == null ? new byte[0] : body.byteStream().readNBytes(MOST_ERROR_BYTES);
                throw new ClientConnectionException("Invalid response received: " + response.code() + "; "
                        + Shown.of(new String(text, java.nio.charset.StandardCharsets.UTF_8)));
            }
            return body == null ? null : new ByteArrayInputStream(bounded(body.byteStream()));
        } finally {
            unanswered.remove(call);
        }
    }

    /** How long the call has taken that has waited longest for its answer, in nanoseconds; 0 when none waits. */
    long waitedNanos() {
        long now = System.nanoTime();
        return unanswered.values().stream().mapToLong(sent -> now - sent).max().orElse(0);
    }

    private byte[] bounded(InputStream in) throws IOException {
        var out = new ByteArrayOutputStream(BUFFER_BYTES);
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (out.size() + n > maxAnswerBytes) {
                throw new TooManyBytesException(maxAnswerBytes);
            }
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        // the client belongs to who made it
    }
}
