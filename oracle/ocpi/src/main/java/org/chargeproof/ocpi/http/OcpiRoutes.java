package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Version;
import org.chargeproof.ocpi.model.VersionDetails;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers OCPI. {@code GET BASE/versions} and {@code GET BASE/VERSION} say what there is, {@code BASE/VERSION/SIDE/MODULE} is a module,
 * whose side is {@code sender} or {@code receiver}. Who asks is found out before a byte of the body is read, and the body is bounded while
 * it is read. What cannot be used is answered with OCPI's status codes.
 */
public final class OcpiRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OcpiRoutes.class);
    private static final int MOST_NAMES = 10_000;
    private static final int MOST_PARAMETERS = 32;
    private static final String CALLER = "caller";
    private static final String PLACE = "place";

    private final String root;
    private final Supplier<String> base;
    private final Authenticator authenticator;
    private final ServerLimits limits;
    private final Map<String, OcpiModule> modules = new HashMap<>();
    private final RateLimiter partners;
    private final RateLimiter strangers;
    private final Semaphore room;
    private final Map<String, Integer> placesByPartner = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Router router;

    /** What a request holds from before its body is read until it was handled, or its sender is gone. */
    private final class Place {
        private final String partner;
        private final AtomicBoolean isFree = new AtomicBoolean();
        private boolean isHandled;

        Place(String partner) {
            this.partner = partner;
        }

        void free() {
            if (isFree.compareAndSet(false, true)) {
                room.release();
                Counts.less(placesByPartner, partner);
            }
        }
    }

    /**
     * Routes of modules.
     *
     * @param root path of them all at this server, such as {@code /ocpi}
     * @param base the address that peers know, up to and with {@code /ocpi}; asked for when a request has come
     */
    public OcpiRoutes(
            Vertx vertx,
            String root,
            Supplier<String> base,
            Authenticator authenticator,
            List<OcpiModule> modules,
            ServerLimits limits) {
        this.root = root;
        this.base = base;
        this.authenticator = authenticator;
        this.limits = limits;
        modules.forEach(this::add);
        this.partners = new RateLimiter(limits.requestsPerSecond(), limits.burst(), MOST_NAMES, System::nanoTime);
        this.strangers =
                new RateLimiter(limits.failuresPerSecond(), limits.failuresPerSecond(), MOST_NAMES, System::nanoTime);
        this.room = new Semaphore(limits.requestsAtOnce());
        this.router = Router.router(vertx);
        router.route().handler(this::admit);
        router.route()
                .handler(BodyHandler.create(false)
                        .setBodyLimit(limits.bodyBytes())
                        .setHandleFileUploads(false)
                        .setMergeFormAttributes(false));
        router.route().handler(this::handle);
        router.route().failureHandler(this::fail);
    }

    /** For a server whose connections are bounded by a {@link ConnectionGuard}. */
    public Router router() {
        return router;
    }

    /** Where the versions are. */
    public String versionsUrl() {
        return base.get() + "/versions";
    }

    /** Where a module is. */
    public String url(Edge edge, InterfaceRole role, ModuleId module) {
        return base.get() + "/" + edge.version() + "/" + place(role, module);
    }

    /** Interrupts what is being answered. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void add(OcpiModule module) {
        if (modules.put(place(module.role(), module.id()), module) != null) {
            throw new IllegalArgumentException("two modules at " + place(module.role(), module.id()));
        }
    }

    private static String place(InterfaceRole role, ModuleId module) {
        return role.name().toLowerCase(Locale.ROOT) + "/" + module.name().toLowerCase(Locale.ROOT);
    }

    /** Before a byte of the body is read: who is it, and may it send so much. */
    private void admit(RoutingContext context) {
        var request = context.request();
        Caller caller = null;
        for (String token : AuthorizationHeader.candidates(request.getHeader(AuthorizationHeader.NAME))) {
            caller = caller == null ? authenticator.authenticate(token) : caller;
        }
        if (caller == null) {
            refuse(
                    context,
                    strangers.take(ConnectionGuard.address(request.remoteAddress()))
                            ? Answer.refused(
                                    Answer.UNAUTHORIZED,
                                    OcpiStatus.CLIENT_ERROR,
                                    "the credentials token is missing or unknown. Send the header Authorization: Token, and"
                                            + " the token in base64.")
                            : tooMany("of requests without a known credentials token"));
            return;
        }
        if (!partners.take(caller.partner())) {
            refuse(context, tooMany("of " + limits.requestsPerSecond() + " requests per second"));
            return;
        }
        boolean hasBody = request.getHeader("transfer-encoding") != null
                || !"0"
                        .equals(
                                request.headers().get("content-length") == null
                                        ? "0"
                                        : request.getHeader("content-length"));
        if (hasBody && !isJson(request.getHeader("content-type"))) {
            refuse(
                    context,
                    Answer.refused(
                            Answer.UNSUPPORTED_TYPE,
                            OcpiStatus.INVALID_PARAMETERS,
                            "the content-type must be application/json."));
            return;
        }
        if (Counts.more(placesByPartner, caller.partner()) > limits.requestsAtOncePerPartner()) {
            Counts.less(placesByPartner, caller.partner());
            refuse(context, tooMany("of " + limits.requestsAtOncePerPartner() + " requests at once of one partner"));
            return;
        }
        if (!room.tryAcquire()) {
            Counts.less(placesByPartner, caller.partner());
            refuse(context, tooMany("of requests at once"));
            return;
        }
        Place place = new Place(caller.partner());
        context.addEndHandler(ended -> {
            if (!place.isHandled) {
                place.free();
            }
        });
        context.put(CALLER, caller);
        context.put(PLACE, place);
        context.next();
    }

    private static Answer tooMany(String what) {
        return Answer.refused(
                Answer.TOO_MANY, OcpiStatus.CLIENT_ERROR, "there are more than the limit " + what + ". Wait a second.");
    }

    private static boolean isJson(@Nullable String type) {
        return type != null
                && type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private void handle(RoutingContext context) {
        Caller caller = context.get(CALLER);
        Place place = context.get(PLACE);
        place.isHandled = true;
        Buffer body = context.body().buffer();
        Context loop = context.vertx().getOrCreateContext();
        threads.execute(() -> {
            Answer answer = null;
            try {
                answer = answer(context, caller, body);
            } finally {
                place.free();
                Answer told = answer;
                loop.runOnContext(now -> {
                    if (told == null) {
                        // an Error, told by the thread's own handler
                        context.request().connection().close();
                    } else {
                        send(context, told);
                    }
                });
            }
        });
    }

    private Answer answer(RoutingContext context, Caller caller, @Nullable Buffer body) {
        try {
            return dispatch(context, caller, body);
        } catch (OcpiException e) {
            return Answer.refused(e.httpStatus(), e.ocpiStatus(), String.valueOf(e.getMessage()));
        } catch (BadObjectException e) {
            return Answer.refused(Answer.OK, OcpiStatus.INVALID_PARAMETERS, String.valueOf(e.getMessage()));
        } catch (RefusedAddressException e) {
            LOG.info("{} names an address that is not called: {}", caller, e.reason());
            return Answer.refused(Answer.OK, OcpiStatus.INVALID_PARAMETERS, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a request of {} failed", caller, e);
            return Answer.refused(Answer.FAILED, OcpiStatus.SERVER_ERROR, "the server failed; its log has the reason.");
        }
    }

    private Answer dispatch(RoutingContext context, Caller caller, @Nullable Buffer body) {
        String method = context.request().method().name();
        List<String> path = segments(String.valueOf(context.request().path()));
        if (path.size() == 1 && path.getFirst().equals("versions")) {
            requireGet(method);
            authenticator.used(caller, false);
            return Answer.ok(versions());
        }
        Edge edge = path.isEmpty() ? null : Edge.of(path.getFirst()).orElse(null);
        if (edge == null) {
            throw OcpiException.notFound("there is GET " + base.get() + "/versions.");
        }
        if (path.size() == 1) {
            requireGet(method);
            authenticator.used(caller, false);
            return Answer.ok(OcpiJson.tree(details(edge)));
        }
        OcpiModule module = path.size() < 3 ? null : modules.get(path.get(1) + "/" + path.get(2));
        if (module == null) {
            throw OcpiException.notFound(
                    "there is no such module. GET " + base.get() + "/" + edge.version() + " lists them.");
        }
        boolean isFunctional = module.id() != ModuleId.CREDENTIALS;
        if (isFunctional && (caller.isInvited() || !caller.isRegistered())) {
            throw new OcpiException(
                    Answer.UNAUTHORIZED,
                    OcpiStatus.CLIENT_ERROR,
                    "this credentials token is for the registration alone, which is not complete. POST credentials first.");
        }
        authenticator.used(caller, isFunctional);
        JsonNode json = null;
        if (body != null && body.length() > 0) {
            try {
                json = OcpiJson.parse(body.getBytes());
            } catch (BadObjectException e) {
                throw new OcpiException(
                        Answer.BAD_REQUEST, OcpiStatus.INVALID_PARAMETERS, String.valueOf(e.getMessage()));
            }
        }
        List<String> rest = path.subList(3, path.size());
        String url = url(edge, module.role(), module.id());
        return module.answer(new Call(caller, edge, method, rest, query(context), json, url));
    }

    private JsonNode versions() {
        var list = JsonNodeFactory.instance.arrayNode();
        for (Edge edge : Edge.values()) {
            list.add(OcpiJson.tree(new Version(edge.version(), base.get() + "/" + edge.version())));
        }
        return list;
    }

    private VersionDetails details(Edge edge) {
        List<Endpoint> endpoints = new ArrayList<>();
        modules.values().stream()
                .sorted(Comparator.comparing(module -> place(module.role(), module.id())))
                .forEach(module -> endpoints.add(new Endpoint(
                        module.id().name().toLowerCase(Locale.ROOT),
                        module.role(),
                        url(edge, module.role(), module.id()))));
        return new VersionDetails(edge.version(), endpoints);
    }

    private static void requireGet(String method) {
        if (!method.equals("GET")) {
            throw OcpiException.methodNotAllowed(method + " is not possible here; it must be GET.");
        }
    }

    private List<String> segments(String path) {
        if (!path.startsWith(root + "/")) {
            throw OcpiException.notFound("there is GET " + base.get() + "/versions.");
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(root.length() + 1).split("/", -1)) {
            segments.add(decode(segment.replace("+", "%2B")));
        }
        // endpoints are often called with a slash at their end
        while (!segments.isEmpty() && segments.getLast().isEmpty()) {
            segments.removeLast();
        }
        return segments;
    }

    private static Map<String, String> query(RoutingContext context) {
        Map<String, String> query = new HashMap<>();
        String raw = context.request().query();
        if (raw != null && !raw.isEmpty()) {
            List<String> pairs = Arrays.asList(raw.split("&", MOST_PARAMETERS + 1));
            if (pairs.size() > MOST_PARAMETERS) {
                throw OcpiException.invalid("there are more than " + MOST_PARAMETERS + " parameters.");
            }
            for (String pair : pairs) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                query.putIfAbsent(decode(name), decode(equals < 0 ? "" : pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new OcpiException(
                    Answer.BAD_REQUEST,
                    OcpiStatus.INVALID_PARAMETERS,
                    BadObjectException.shown(text) + " in the address is not encoded as URLs are.");
        }
    }

    private void fail(RoutingContext context) {
        int status = context.statusCode();
        if (context.failure() instanceof HttpClosedException) {
            // nobody is there to be answered
            return;
        }
        if (status == Answer.TOO_LARGE) {
            refuse(
                    context,
                    Answer.refused(
                            status,
                            OcpiStatus.CLIENT_ERROR,
                            "the body has more than " + limits.bodyBytes() + " bytes. Send several requests."));
        } else if (status >= Answer.BAD_REQUEST && status < Answer.FAILED) {
            refuse(context, Answer.refused(status, OcpiStatus.CLIENT_ERROR, "the request cannot be read."));
        } else {
            LOG.error("a request failed", context.failure());
            refuse(
                    context,
                    Answer.refused(
                            Answer.FAILED, OcpiStatus.SERVER_ERROR, "the server failed; its log has the reason."));
        }
    }

    /** The rest of the body is not read: the connection ends. */
    private static void refuse(RoutingContext context, Answer answer) {
        if (!context.response().headWritten()) {
            if (!context.request().isEnded()) {
                context.response().putHeader("Connection", "close");
            }
            send(context, answer);
        }
    }

    private static void send(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        ObjectNode envelope = OcpiJson.object();
        if (answer.data() != null) {
            envelope.set("data", answer.data());
        }
        envelope.put("status_code", answer.ocpiStatus());
        if (answer.message() != null) {
            envelope.put("status_message", answer.message());
        }
        envelope.put("timestamp", OcpiTime.format(Instant.now()));
        response.setStatusCode(answer.httpStatus()).putHeader("Content-Type", "application/json");
        answer.headers().forEach(response::putHeader);
        var request = context.request();
        for (String name : List.of(Headers.REQUEST_ID, Headers.CORRELATION_ID)) {
            String given = request.getHeader(name);
            response.putHeader(
                    name, Headers.isSafe(given) ? given : UUID.randomUUID().toString());
        }
        swap(context, Headers.FROM_COUNTRY, Headers.TO_COUNTRY);
        swap(context, Headers.FROM_PARTY, Headers.TO_PARTY);
        response.end(Buffer.buffer(OcpiJson.bytes(envelope)));
    }

    /** The answer goes from whom the request went to. */
    private static void swap(RoutingContext context, String from, String to) {
        String sender = context.request().getHeader(from);
        String receiver = context.request().getHeader(to);
        if (Headers.isSafe(sender)) {
            context.response().putHeader(to, sender);
        }
        if (Headers.isSafe(receiver)) {
            context.response().putHeader(from, receiver);
        }
    }
}
