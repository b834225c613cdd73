package org.chargeproof.oracle.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Hands setpoints to the operator's system over HTTP: {@code PUT URL/setpoints/TIMESTEP} with {@link TimestepSetpoints} as JSON,
 * answered with {@code {"applied": [chargePoint, ...]}}. Whatever else comes back, or comes too late or too long, is no answer.
 */
public final class HttpSetpointBackend implements SetpointBackend {
    private static final long TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;
    private static final int MOST_ANSWER_BYTES = 65_536;
    private static final int MOST_ANSWER_BYTES_PER_CHARGE_POINT = 64;

    private final ObjectMapper json = new ObjectMapper();
    private final Vertx vertx;
    private final HttpClient http;
    private final String url;
    private final String shown;
    private final long timeoutMillis;

    /** Hands setpoints over to a URL. */
    public HttpSetpointBackend(Vertx vertx, String url) {
        this(vertx, url, TIMEOUT_MILLIS);
    }

    /** With another patience: how long an exchange may take in all, ms. */
    public HttpSetpointBackend(Vertx vertx, String url, long timeoutMillis) {
        this.vertx = vertx;
        this.http = vertx.createHttpClient();
        this.url = url.replaceAll("/$", "");
        this.shown = shown(url);
        this.timeoutMillis = timeoutMillis;
    }

    /** Where a URL leads to. Passwords and keys stand in the rest of it, and errors are told to whoever asks for the oracle's health. */
    public static String shown(String url) {
        return url.replaceFirst("^(https?://)(?:[^/?#]*@)?([^/?#]*).*$", "$1$2");
    }

    @Override
    public Set<Integer> apply(TimestepSetpoints setpoints) throws Exception {
        Buffer body = Buffer.buffer(json.writeValueAsBytes(setpoints));
        int maxBytes = MOST_ANSWER_BYTES
                + MOST_ANSWER_BYTES_PER_CHARGE_POINT * setpoints.setpoints().size();
        var options = new RequestOptions()
                .setMethod(HttpMethod.PUT)
                .setAbsoluteURI(url + "/setpoints/" + setpoints.timestep())
                .setConnectTimeout(timeoutMillis)
                .putHeader("content-type", "application/json");
        Buffer answer = http.request(options)
                .compose(request -> exchange(request, body, maxBytes))
                .toCompletionStage()
                .toCompletableFuture()
                // connecting and exchanging have a time each
                .get(3 * timeoutMillis, TimeUnit.MILLISECONDS);
        return applied(answer.getBytes());
    }

    private Future<Buffer> exchange(HttpClientRequest request, Buffer body, int maxBytes) {
        Promise<Buffer> answer = Promise.promise();
        // what is not waited for any more must not go on to be read either
        long timer = vertx.setTimer(timeoutMillis, id -> {
            answer.tryFail(new IOException(shown + " did not answer within " + timeoutMillis + " ms"));
            request.reset();
        });
        request.send(body).onFailure(answer::tryFail).onSuccess(response -> read(request, response, maxBytes, answer));
        return answer.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void read(HttpClientRequest request, HttpClientResponse response, int maxBytes, Promise<Buffer> answer) {
        response.exceptionHandler(answer::tryFail);
        if (response.statusCode() != OK) {
            answer.tryFail(new IOException(shown + " answered " + response.statusCode() + ", should answer " + OK));
            request.reset();
            return;
        }
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > maxBytes) {
                answer.tryFail(new IOException(shown + " answered with more than " + maxBytes
                        + " bytes. It is to answer {\"applied\": [...]}."));
                request.reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> answer.tryComplete(body));
    }

    private Set<Integer> applied(byte[] answer) throws IOException {
        JsonNode ids;
        try {
            ids = json.readTree(answer).path("applied");
        } catch (JsonProcessingException e) {
            // not its message: that repeats what somebody else wrote
            throw new IOException(shown + " answered with something that is no JSON", e);
        }
        if (!ids.isArray()) {
            throw new IOException(shown + " answered without a list 'applied' of charge points");
        }
        var applied = new HashSet<Integer>();
        for (JsonNode id : ids) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw new IOException(shown + " answered with something in 'applied' that is no charge point's number");
            }
            applied.add(id.intValue());
        }
        return applied;
    }
}
