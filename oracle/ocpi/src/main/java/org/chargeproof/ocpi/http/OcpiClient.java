package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.jspecify.annotations.Nullable;

/**
 * Calls peers. Every address is looked at first, the call goes to the address that was looked at, no redirection is followed, and what
 * comes back is bounded. Nothing is ever sent twice. Its methods wait: call them on a virtual thread.
 */
public final class OcpiClient implements AutoCloseable {
    private static final int MOST_REPLY_BYTES = 8 << 20;
    private static final int MOST_HEADER_BYTES = 16 << 10;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int SUCCESS_FROM = 200;
    private static final int SUCCESS_TO = 299;
    private static final int OCPI_SUCCESS_FROM = 1000;
    private static final int OCPI_SUCCESS_TO = 1999;
    private static final Pattern TOTAL = Pattern.compile("[0-9]{1,9}");
    private static final Pattern NEXT = Pattern.compile("<([!-~&&[^>]]{1,1000})> *; *rel=\"?next\"?.*");

    private final AddressPolicy policy;
    private final long timeoutMillis;
    private final HttpClient http;

    /** Something went wrong before the first byte was sent. */
    private static final class NotSent extends RuntimeException {
        NotSent(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /**
     * Who speaks to whom, through hubs, too.
     *
     * @param from us
     * @param to the party that is meant
     */
    public record Routing(PartyId from, PartyId to) {}

    private record Received(
            int status,
            Buffer body,
            @Nullable String link,
            @Nullable String total) {}

    /**
     * A client.
     *
     * @param policy which addresses are called
     * @param timeoutMillis until a call counts as lost
     */
    public OcpiClient(Vertx vertx, AddressPolicy policy, long timeoutMillis) {
        this(vertx, policy, timeoutMillis, null);
    }

    /** With certificates to be trusted instead of those that Java trusts; null for those. */
    OcpiClient(Vertx vertx, AddressPolicy policy, long timeoutMillis, @Nullable TrustOptions trusted) {
        this.policy = policy;
        this.timeoutMillis = timeoutMillis;
        HttpClientOptions options = new HttpClientOptions();
        if (trusted != null) {
            options.setTrustOptions(trusted);
        }
        this.http = vertx.createHttpClient(options.setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout((int) Math.max(1, timeoutMillis / 1000))
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setDecompressionSupported(false)
                // a connection that the peer has closed is found out by sending, and then nobody knows whether it
                // arrived
                .setKeepAlive(false)
                .setMaxRedirects(0));
    }

    /** Which addresses are called. */
    public AddressPolicy policy() {
        return policy;
    }

    /**
     * Calls a peer once.
     *
     * @param method in capitals
     * @param url with parameters
     * @param token the credentials token
     * @param routing null for credentials and versions
     * @param body null for none
     * @throws RefusedAddressException when the address is not to be called
     * @throws CallFailedException when there is no answer of success
     */
    public Reply call(String method, String url, String token, @Nullable Routing routing, @Nullable JsonNode body) {
        AddressPolicy.Target target = policy.check(url);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setServer(SocketAddress.inetSocketAddress(
                        target.port(), target.address().getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.isTls())
                .setURI(target.pathAndQuery())
                .setFollowRedirects(false)
                .setConnectTimeout(Math.min(CONNECT_MILLIS, timeoutMillis))
                .putHeader(AuthorizationHeader.NAME, AuthorizationHeader.of(token))
                .putHeader(Headers.REQUEST_ID, UUID.randomUUID().toString())
                .putHeader(Headers.CORRELATION_ID, UUID.randomUUID().toString());
        if (routing != null) {
            options.putHeader(Headers.FROM_COUNTRY, routing.from().countryCode())
                    .putHeader(Headers.FROM_PARTY, routing.from().partyId())
                    .putHeader(Headers.TO_COUNTRY, routing.to().countryCode())
                    .putHeader(Headers.TO_PARTY, routing.to().partyId());
        }
        Buffer sent = body == null ? null : Buffer.buffer(OcpiJson.bytes(body));
        if (sent != null) {
            options.putHeader("Content-Type", "application/json");
        }
        Future<HttpClientRequest> opened = http.request(options);
        Future<Received> answered = opened.recover(failed -> Future.failedFuture(new NotSent(failed)))
                .compose(request -> (sent == null ? request.send() : request.send(sent))
                        .compose(response -> read(request, response)));
        String what = method + " " + BadObjectException.shown(url);
        return reply(what, token, await(what, opened, answered));
    }

    private Received await(String what, Future<HttpClientRequest> opened, Future<Received> answered) {
        try {
            return answered.toCompletionStage().toCompletableFuture().get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotSent notSent) {
                throw new CallFailedException(
                        CallFailedException.Kind.NOT_SENT, what + " was not sent: " + notSent.getMessage());
            }
            throw new CallFailedException(CallFailedException.Kind.UNKNOWN, what + " has no answer: " + e.getMessage());
        } catch (TimeoutException e) {
            cut(opened);
            throw new CallFailedException(
                    CallFailedException.Kind.UNKNOWN, what + " has no answer after " + timeoutMillis + " ms");
        } catch (InterruptedException e) {
            cut(opened);
            Thread.currentThread().interrupt();
            throw new CallFailedException(CallFailedException.Kind.UNKNOWN, what + " was interrupted");
        }
    }

    /** Nobody waits any more. A peer that sends a byte now and then would keep the connection for ever. */
    private static void cut(Future<HttpClientRequest> opened) {
        opened.onSuccess(request -> request.connection().close());
    }

    private static Future<Received> read(HttpClientRequest request, HttpClientResponse response) {
        Promise<Received> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(promise::tryFail);
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MOST_REPLY_BYTES) {
                promise.tryFail("the answer has more than " + MOST_REPLY_BYTES + " bytes");
                request.connection().close();
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(all -> promise.tryComplete(new Received(
                response.statusCode(),
                body,
                response.getHeader(Headers.LINK),
                response.getHeader(Headers.TOTAL_COUNT))));
        return promise.future();
    }

    private static Reply reply(String what, String token, Received received) {
        int status = received.status();
        if (status == Answer.UNAUTHORIZED) {
            throw new CallFailedException(
                    CallFailedException.Kind.UNAUTHORIZED, what + ": the credentials token is not known there (401)");
        }
        JsonNode envelope = null;
        try {
            envelope = OcpiJson.parse(received.body().getBytes());
        } catch (BadObjectException e) {
            // told below
        }
        JsonNode code = envelope == null ? null : envelope.get("status_code");
        int ocpiStatus = code != null && code.isInt() ? code.asInt() : 0;
        boolean isSuccess = status >= SUCCESS_FROM
                && status <= SUCCESS_TO
                && ocpiStatus >= OCPI_SUCCESS_FROM
                && ocpiStatus <= OCPI_SUCCESS_TO;
        if (envelope == null || !isSuccess) {
            // a proxy that gave up does not know either
            boolean isAnswered = envelope != null && status < Answer.FAILED;
            String message = envelope == null
                    ? "no JSON"
                    : AuthorizationHeader.without(
                            token, envelope.path("status_message").asText(""));
            throw new CallFailedException(
                    isAnswered ? CallFailedException.Kind.REFUSED : CallFailedException.Kind.UNKNOWN,
                    what + " is refused with HTTP " + status + ", OCPI " + ocpiStatus + ": "
                            + BadObjectException.shown(message));
        }
        var next = NEXT.matcher(received.link() == null ? "" : received.link());
        JsonNode data = envelope.get("data");
        return new Reply(
                status,
                ocpiStatus,
                data == null || data.isNull() ? null : data,
                next.matches() ? next.group(1) : null,
                total(received.total()),
                received.body().length());
    }

    private static int total(@Nullable String header) {
        return header != null && TOTAL.matcher(header).matches() ? Integer.parseInt(header) : -1;
    }

    @Override
    public void close() {
        http.close();
    }
}
