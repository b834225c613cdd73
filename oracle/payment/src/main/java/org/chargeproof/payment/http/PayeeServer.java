package org.chargeproof.payment.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.payment.JointClosing;
import org.chargeproof.payment.Payee;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes vouchers over HTTP and acknowledges those that are on disk: {@code POST /vouchers}, {@code GET /channels/ID}; and signs that a
 * channel closes at once: {@code POST /channels/ID/closing}. For the payee's own
 * systems there is another one, on loopback alone, which says what was delivered and hears what may be: {@code PUT
 * /channels/ID/lanes/LANE}. All that callers may hold is bounded: connections, requests, their bytes and their time.
 */
public final class PayeeServer implements AutoCloseable {
    static final int MOST_BODY_BYTES = 128 << 10;
    static final long BODY_MILLIS = 5_000;
    /** Being read, waiting or answered. */
    static final int MOST_REQUESTS = 128;

    static final int MOST_CONNECTIONS = 1_024;

    private static final int MOST_SIGNED = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(PayeeServer.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 4;
    private static final long MOST_THREAD_SECONDS = 60;
    private static final int IDLE_SECONDS = 60;
    /** Who still sends when it has its answer already may hear it before the line is cut. */
    private static final long LINGER_MILLIS = 1_000;

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TIMEOUT = 408;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_TYPE = 415;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    private static final Pattern CHANNEL = Pattern.compile("/channels/(0x[0-9a-fA-F]{64})");
    private static final Pattern CLOSING = Pattern.compile("/channels/(0x[0-9a-fA-F]{64})/closing");
    private static final Pattern LANE = Pattern.compile("/channels/(0x[0-9a-fA-F]{64})/lanes/(0x[0-9a-fA-F]{64})");

    private final Vertx vertx;
    private final Payee payee;
    private final boolean isForMeters;
    private final @Nullable ClosingDesk desk;
    /** What was signed before is not signed again: signers may be slow. */
    private final Map<JointClosing, Bytes> signed = new ConcurrentHashMap<>();

    private final WorkerExecutor threads;
    private final HttpServer server;
    private int requests;
    private int connections;

    /** What closing a channel together takes beside vouchers. What the three throw when they cannot is a {@link LedgerException}. */
    public interface ClosingDesk {
        /** Time of the newest block, unix seconds. */
        long headSeconds();

        /** What the contract has accepted of a channel, in millionths of a euro. */
        long acceptedMicroEuro(Bytes32 channel);

        /** Signs by the payee's owner or meter account (a provider's desk). @return 65 bytes */
        Bytes sign(TypedData data);
    }

    private record Answer(int status, ObjectNode body) {}

    private PayeeServer(
            Vertx vertx, Payee payee, @Nullable ClosingDesk desk, String host, int port, boolean isForMeters) {
        this.desk = desk;
        this.vertx = vertx;
        this.payee = payee;
        this.isForMeters = isForMeters;
        this.threads = vertx.createSharedWorkerExecutor(
                isForMeters ? "meters" : "vouchers", THREADS, MOST_THREAD_SECONDS, TimeUnit.SECONDS);
        // all of one server runs on one event loop: what it counts needs no lock
        var listening = new CompletableFuture<HttpServer>();
        vertx.getOrCreateContext()
                .runOnContext(now -> vertx.createHttpServer(new HttpServerOptions()
                                .setIdleTimeout(IDLE_SECONDS)
                                // a refused request ends its connection, and no other one's
                                .setHttp2ClearTextEnabled(false))
                        .connectionHandler(this::count)
                        .requestHandler(this::answer)
                        .listen(port, host)
                        .onSuccess(listening::complete)
                        .onFailure(listening::completeExceptionally));
        this.server = listening.join();
    }

    /**
     * Takes vouchers, and closes no channel together with its payer.
     *
     * @param host to listen on; {@code 127.0.0.1} unless something that encrypts stands before it
     * @param port 0 for any free one
     * @throws java.util.concurrent.CompletionException when it cannot listen there
     */
    public static PayeeServer forVouchers(Vertx vertx, Payee payee, String host, int port) {
        return new PayeeServer(vertx, payee, null, host, port, false);
    }

    /**
     * Takes vouchers, and signs that channels close.
     *
     * @param desk knows the chain, and has the key of an account of the payee
     * @param host as {@link #forVouchers(Vertx, Payee, String, int)}
     */
    public static PayeeServer forVouchers(Vertx vertx, Payee payee, ClosingDesk desk, String host, int port) {
        return new PayeeServer(vertx, payee, desk, host, port, false);
    }

    /** Is told by the payee's own systems what was delivered, on loopback alone. */
    public static PayeeServer forMeters(Vertx vertx, Payee payee, int port) {
        return new PayeeServer(vertx, payee, null, LOOPBACK, port, true);
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening; what was acknowledged is on disk. */
    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        threads.close();
    }

    private void count(HttpConnection connection) {
        if (connections >= MOST_CONNECTIONS) {
            connection.close();
            return;
        }
        connections++;
        connection.closeHandler(closed -> connections--);
    }

    private void answer(HttpServerRequest request) {
        String method = request.method().name();
        String wanted = wantedMethod(request.path());
        if (wanted.isEmpty()) {
            refuse(
                    request,
                    NOT_FOUND,
                    isForMeters
                            ? "There is PUT /channels/ID/lanes/LANE."
                            : "There is POST /vouchers, GET /channels/ID and POST /channels/ID/closing.");
        } else if (!method.equals(wanted)) {
            request.response().putHeader("allow", wanted);
            refuse(request, METHOD_NOT_ALLOWED, method + " " + request.path() + "; it must be " + wanted + ".");
        } else if (!wanted.equals("GET") && !isJson(request) && (isForMeters || !isBytes(request))) {
            // also keeps pages of other sites from sending through a reader's browser
            refuse(
                    request,
                    UNSUPPORTED_TYPE,
                    "the content-type is " + shown(request.getHeader("content-type")) + "; it must be application/json"
                            + (isForMeters ? "." : ", or application/octet-stream for vouchers as bytes."));
        } else if (requests >= MOST_REQUESTS) {
            refuse(request, UNAVAILABLE, MOST_REQUESTS + " requests are being answered; try again in a moment.");
        } else {
            new Exchange(request).read();
        }
    }

    /** The method that a path takes; empty when there is no such path. */
    private String wantedMethod(String path) {
        if (isForMeters) {
            return LANE.matcher(path).matches() ? "PUT" : "";
        }
        if (path.equals("/vouchers")) {
            return "POST";
        }
        if (desk != null && CLOSING.matcher(path).matches()) {
            return "POST";
        }
        return CHANNEL.matcher(path).matches() ? "GET" : "";
    }

    private static boolean isJson(HttpServerRequest request) {
        return isType(request, "application/json");
    }

    private static boolean isBytes(HttpServerRequest request) {
        return isType(request, "application/octet-stream");
    }

    private static boolean isType(HttpServerRequest request, String type) {
        String given = request.getHeader("content-type");
        return given != null
                && given.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals(type);
    }

    private static String shown(@Nullable String header) {
        return header == null ? "missing" : "'" + header.substring(0, Math.min(60, header.length())) + "'";
    }

    private void refuse(HttpServerRequest request, int status, String reason) {
        request.handler(rest -> {});
        request.exceptionHandler(gone -> {});
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("connection", "close")
                .end(buffer(VoucherJson.JSON.createObjectNode().put("error", reason)));
        long cut = vertx.setTimer(LINGER_MILLIS, id -> request.connection().close());
        request.endHandler(all -> {
            vertx.cancelTimer(cut);
            request.connection().close();
        });
    }

    private Answer work(HttpServerRequest request, byte[] body) {
        if (isForMeters) {
            return deliver(request.path(), body);
        }
        if (request.path().equals("/vouchers")) {
            var vouchers = isBytes(request) ? VoucherJson.fromBytes(body) : VoucherJson.fromJson(body);
            ObjectNode answer = VoucherJson.JSON.createObjectNode();
            var receipts = answer.putArray("receipts");
            payee.receive(vouchers).forEach(receipt -> receipts.add(VoucherJson.of(receipt)));
            return new Answer(OK, answer);
        }
        Matcher closing = CLOSING.matcher(request.path());
        if (closing.matches()) {
            return close(Bytes32.fromHexString(closing.group(1)), VoucherJson.parse(body));
        }
        return channel(request.path(), request.getParam("lane"));
    }

    private Answer close(Bytes32 channel, JsonNode told) {
        var closing = new JointClosing(
                channel, VoucherJson.amount(told, "totalMicroEuro"), VoucherJson.amount(told, "untilSeconds"));
        payee.requireSigned(closing, VoucherJson.signature(told, "proof"));
        Bytes proof = signed.get(closing);
        if (proof == null) {
            var signs = Objects.requireNonNull(desk);
            payee.agree(closing, signs.headSeconds(), signs.acceptedMicroEuro(channel));
            proof = signs.sign(closing.typedData(payee.domain()));
            if (signed.size() >= MOST_SIGNED) {
                signed.clear();
            }
            signed.put(closing, proof);
        }
        return new Answer(OK, VoucherJson.JSON.createObjectNode().put("proof", proof.toHexString()));
    }

    private Answer channel(String path, @Nullable String lane) {
        Matcher matcher = CHANNEL.matcher(path);
        Bytes32 id = Bytes32.fromHexString(matcher.matches() ? matcher.group(1) : "");
        for (var channel : payee.channels()) {
            if (channel.id().equals(id)) {
                var answer = VoucherJson.JSON
                        .createObjectNode()
                        .put("channel", id.toHexString())
                        .put("payer", channel.payer())
                        .put("payee", channel.payee())
                        .put("epoch", channel.epoch())
                        .put("signer", channel.signer())
                        .put("mostMicroEuro", channel.mostMicroEuro())
                        .put("acceptedMicroEuro", payee.acceptedMicroEuro(id))
                        .put("closing", payee.isClosing(id));
                if (lane != null) {
                    Bytes32 of = VoucherJson.word("lane", lane);
                    var demand = payee.demand(id, of);
                    answer.putObject("lane")
                            .put("lane", of.toHexString())
                            .put("paidMicroEuro", payee.paidMicroEuro(id, of))
                            .put("deliveredWh", demand.wh())
                            .put("deliveredMicroEuro", demand.microEuro())
                            .put("allowanceMicroEuro", payee.allowanceMicroEuro(id, of));
                }
                return new Answer(OK, answer);
            }
        }
        return new Answer(
                NOT_FOUND,
                error("channel " + id
                        + " is unknown to this payee. Open one to it, or wait until it has seen the block."));
    }

    private Answer deliver(String path, byte[] body) {
        Matcher matcher = LANE.matcher(path);
        if (!matcher.matches()) {
            return new Answer(NOT_FOUND, error("there is PUT /channels/ID/lanes/LANE."));
        }
        Bytes32 channel = Bytes32.fromHexString(matcher.group(1));
        Bytes32 lane = Bytes32.fromHexString(matcher.group(2));
        var told = VoucherJson.parse(body);
        long allowance =
                payee.deliver(channel, lane, VoucherJson.amount(told, "wh"), VoucherJson.amount(told, "microEuro"));
        return new Answer(
                OK,
                VoucherJson.JSON
                        .createObjectNode()
                        .put("allowanceMicroEuro", allowance)
                        .put("paidMicroEuro", payee.paidMicroEuro(channel, lane)));
    }

    private static ObjectNode error(String reason) {
        return VoucherJson.JSON.createObjectNode().put("error", reason);
    }

    private static Buffer buffer(ObjectNode json) {
        try {
            return Buffer.buffer(VoucherJson.JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One request, from its first byte to the last of its answer. */
    private final class Exchange {
        private final HttpServerRequest request;
        private final Buffer body = Buffer.buffer();
        private long timer;
        private boolean over;

        Exchange(HttpServerRequest request) {
            this.request = request;
            requests++;
        }

        void read() {
            timer = vertx.setTimer(
                    BODY_MILLIS, id -> refuse(TIMEOUT, "the request was not there within " + BODY_MILLIS + " ms."));
            request.exceptionHandler(gone -> end());
            request.response().exceptionHandler(gone -> end()).closeHandler(gone -> end());
            request.handler(chunk -> {
                if (body.length() + chunk.length() > MOST_BODY_BYTES) {
                    refuse(TOO_LARGE, "the request has more than " + MOST_BODY_BYTES + " bytes. Send several.");
                } else {
                    body.appendBuffer(chunk);
                }
            });
            request.endHandler(all -> call());
        }

        private void call() {
            vertx.cancelTimer(timer);
            threads.executeBlocking(() -> work(request, body.getBytes()), false).onComplete(worked -> {
                if (over) {
                    return;
                }
                if (worked.succeeded()) {
                    answer(worked.result());
                } else if (worked.cause() instanceof BadInputException bad) {
                    answer(new Answer(BAD_REQUEST, error(String.valueOf(bad.getMessage()))));
                } else if (worked.cause() instanceof LedgerException unsigned) {
                    LOG.warn("a closing cannot be agreed: {}", unsigned.getMessage());
                    answer(new Answer(UNAVAILABLE, error("the payee cannot sign now. Ask again later.")));
                } else {
                    // not acknowledged: it may be on disk or not, and is to be sent again
                    LOG.error("vouchers cannot be kept", worked.cause());
                    answer(new Answer(FAILED, error("the payee cannot keep vouchers now. Send them again later.")));
                }
            });
        }

        private void answer(Answer answer) {
            request.response()
                    .setStatusCode(answer.status())
                    .putHeader("content-type", "application/json")
                    // it takes memory until it is sent
                    .end(buffer(answer.body()))
                    .onComplete(sent -> end());
        }

        private void refuse(int status, String reason) {
            if (!over) {
                end();
                PayeeServer.this.refuse(request, status, reason);
            }
        }

        private void end() {
            if (!over) {
                over = true;
                requests--;
                vertx.cancelTimer(timer);
            }
        }
    }
}
