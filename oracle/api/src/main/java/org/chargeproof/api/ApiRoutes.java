package org.chargeproof.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatedRequest;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chargeproof.api.whatif.WhatIfs;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of {@code /api/v1}, made from the contract. To be mounted there on one event loop, as by {@code
 * router.route("/api/v1/*").subRouter(api.router())}; {@link #answerFailure} and {@link #answerInvalid} give problems to requests that no route
 * sees.
 */
public final class ApiRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRoutes.class);
    private static final int THREADS = 4;
    private static final long MOST_THREAD_SECONDS = 60;
    private static final int MOST_ANSWER_BYTES = 16 << 20;
    private static final int RING_EVENTS = 4_096;
    private static final long LOOK_MILLIS = 250;
    private static final long KEYS_MILLIS = 500;
    private static final long LINGER_MILLIS = 1_000;
    private static final long INPUT_SECONDS = 30;
    /** Whether a token was taken back, its issuer is asked when the stream is opened again. */
    private static final long MOST_TOKEN_STREAM_SECONDS = 900;

    private static final int CORS_SECONDS = 600;
    private static final int MOST_SHOWN = 200;
    private static final int MOST_PLACES = 10;
    private static final int MOST_DEPTH = 16;
    private static final int MOST_TEXT_CHARACTERS = 10_000;
    private static final int MOST_NUMBER_DIGITS = 100;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_MODIFIED = 304;
    private static final String CALLER = "org.chargeproof.api.caller";
    private static final String OPERATION = "org.chargeproof.api.operation";
    private static final String MAY_GO_ON = "org.chargeproof.api.mayGoOn";
    private static final String STAY = "org.chargeproof.api.stay";
    private static final String BODY_TIMER = "org.chargeproof.api.bodyTimer";
    private static final Set<String> LOCAL_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Refuses what no caller needs, before anything else reads it. */
    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxNameLength(MOST_TEXT_CHARACTERS)
                            .maxStringLength(MOST_TEXT_CHARACTERS)
                            .maxNumberLength(MOST_NUMBER_DIGITS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Vertx vertx;
    private final Methods methods;
    private final Supplier<String> problem;
    private final ApiSettings settings;
    private final ApiLimits limits;
    private final Consumer<RoutingContext> streaming;
    private final ApiKeys keys;
    private final @Nullable Tokens tokens;
    private final Inputs inputs;
    private final Quotes quotes;
    private final WhatIfQueue whatIfs;
    private final PersonRoutes persons;
    private final WorkerExecutor threads;
    private final WorkerExecutor quoteThreads;
    private final RateLimiter callers;
    private final RateLimiter strangers;
    private final Map<String, Integer> requestsByCaller = new HashMap<>();
    private final EventRing ring = new EventRing(RING_EVENTS);
    private final ChangeFeed feed;
    private final EventStreams streams;
    private final List<Long> timers = new ArrayList<>();
    private final Router router;
    private final Future<Void> ready;
    private @Nullable Contract contract;
    private byte[] contractBytes = {};
    private int requests;
    private int quoting;
    private boolean looking;

    /** What a handler gives: status and body. */
    private record Answer(int status, @Nullable Object body) {}

    /** What an operator's input will come to. */
    private record Pending(CompletableFuture<OperatorInputs.Outcome> outcome) {}

    /** A request that fits the contract. */
    private record Call(Operation operation, ValidatedRequest request) implements PersonRoutes.Values {
        @Override
        public @Nullable Object value(String name) {
            var path = request.getPathParameters().get(name);
            var parameter = path == null ? request.getQuery().get(name) : path;
            return parameter == null ? null : parameter.get();
        }

        int number(String name) {
            return ((Number) Objects.requireNonNull(value(name))).intValue();
        }

        int number(String name, int usual) {
            return value(name) == null ? usual : number(name);
        }

        @Override
        public JsonObject body() {
            return Objects.requireNonNull(request.getBody().getJsonObject());
        }
    }

    @FunctionalInterface
    private interface Handled {
        Object answer(Call call);
    }

    /**
     * Begins; the contract is read while the first requests are told to wait.
     *
     * @param methods what reads answer
     * @param problem why the view does not tell the newest state; empty when it does
     * @param inputs where operators' inputs go; null when there is no account to send them by
     * @param drivers who serves drivers without a wallet; null for nobody
     * @param streaming told of every request whose answer does not end, for who bounds the time of requests
     */
    public ApiRoutes(
            Vertx vertx,
            Methods methods,
            Supplier<String> problem,
            @Nullable OperatorInputs inputs,
            @Nullable DriverService drivers,
            ApiSettings settings,
            Consumer<RoutingContext> streaming) {
        this.vertx = vertx;
        this.methods = methods;
        this.problem = problem;
        this.settings = settings;
        this.streaming = streaming;
        this.limits = settings.limits();
        this.keys = new ApiKeys(settings.keys());
        this.threads = vertx.createSharedWorkerExecutor("charge-api", THREADS, MOST_THREAD_SECONDS, TimeUnit.SECONDS);
        this.quoteThreads = vertx.createSharedWorkerExecutor("charge-quotes", 1, MOST_THREAD_SECONDS, TimeUnit.SECONDS);
        var oidc = settings.oidc();
        this.tokens = oidc == null ? null : new Tokens(vertx, threads, oidc, System::nanoTime);
        this.inputs = new Inputs(methods, inputs);
        this.quotes = new Quotes(methods);
        this.whatIfs = new WhatIfQueue(vertx, methods, limits);
        this.persons = new PersonRoutes(methods, drivers);
        this.callers = new RateLimiter(limits.requestsPerSecond(), limits.burst(), System::nanoTime);
        this.strangers = new RateLimiter(limits.strangersPerSecond(), limits.strangersBurst(), System::nanoTime);
        this.feed = new ChangeFeed(methods, ring);
        this.streams = new EventStreams(vertx, ring, limits);
        this.router = Router.router(vertx);
        this.ready = begin();
        timers.add(vertx.setPeriodic(LOOK_MILLIS, tick -> look()));
        timers.add(vertx.setPeriodic(
                KEYS_MILLIS,
                tick -> threads.executeBlocking(
                                () -> {
                                    keys.refresh();
                                    return null;
                                },
                                false)
                        .onFailure(e -> LOG.error("The file of API keys cannot be looked at", e))));
    }

    /** What is to be mounted at {@code /api/v1/*}. */
    public Router router() {
        return router;
    }

    /** Done when the contract is read. */
    public Future<Void> ready() {
        return ready;
    }

    /** How many streams of events are open. */
    public int openStreams() {
        return streams.open();
    }

    /** How many readers of events were cut off because they were slow. */
    public long evictedStreams() {
        return streams.evicted();
    }

    @Override
    public void close() {
        timers.forEach(vertx::cancelTimer);
        threads.close();
        quoteThreads.close();
        whatIfs.close();
    }

    private Future<Void> begin() {
        router.route().handler(this::headers);
        if (!settings.corsOrigins().isEmpty()) {
            var cors = CorsHandler.create()
                    .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.POST, HttpMethod.DELETE))
                    .allowedHeaders(
                            Set.of("authorization", "content-type", "if-none-match", "last-event-id", "x-api-key"))
                    .exposedHeaders(Set.of("etag", "retry-after"))
                    .maxAgeSeconds(CORS_SECONDS);
            settings.corsOrigins().forEach(cors::addOrigin);
            router.route().handler(cors);
        }
        router.route().handler(this::enter);
        router.route().handler(BodyHandler.create(false).setBodyLimit(limits.bodyBytes()));
        router.route().handler(this::bodyRead);
        router.route().failureHandler(this::answerFailure);
        return Contract.load(vertx)
                .<Void>map(loaded -> {
                    serve(loaded);
                    return null;
                })
                .onFailure(e -> LOG.error("The HTTP API does not start: {}", e.toString()));
    }

    private void serve(Contract loaded) {
        var builder = RouterBuilder.create(vertx, loaded.openApi(), RequestExtractor.withBodyHandler());
        Map<String, Handled> special = Map.of(
                "getChargePoint", this::chargePoint,
                "getStatus", call -> called("status"),
                "putGroupMeasurement",
                        call -> new Pending(
                                inputs.measurement(call.number("group"), call.number("timestep"), call.body())),
                "putForecast", call -> new Pending(inputs.forecast(call.number("group"), call.body())),
                "putBatteryState", call -> new Pending(inputs.battery(call.number("battery"), call.body())),
                "getBatteryPlan", call -> inputs.batteryPlan(call.number("group")));
        for (var route : builder.getRoutes()) {
            String id = route.getOperation().getOperationId();
            // who may, is known before the body is read
            route.setDoSecurity(false);
            switch (id) {
                case "getContract" -> route.addHandler(context -> send(context, OK, contractBytes, true));
                case "streamEvents" -> route.addHandler(this::stream);
                case "quote" -> route.addHandler(this::quote);
                case "getWhatIf" -> route.addHandler(this::whatIf);
                default -> {
                    if (PersonRoutes.serves(id)) {
                        route.addHandler(this::person);
                        continue;
                    }
                    var handled = special.getOrDefault(id, call -> read(loaded, call));
                    boolean mayLag = id.equals("getStatus");
                    route.addHandler(context -> answer(context, mayLag, handled));
                }
            }
        }
        router.route("/*").subRouter(builder.createRouter());
        router.route()
                .last()
                .handler(context -> context.fail(new ProblemException(
                        ProblemException.NOT_FOUND, "there is no such path. GET /api/v1/openapi.json lists all")));
        contractBytes = loaded.bytes();
        contract = loaded;
    }

    private void headers(RoutingContext context) {
        context.response()
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("cache-control", "no-store")
                .putHeader("vary", "origin, authorization, x-api-key");
        context.next();
    }

    /** Who asks what, and whether it may: before its body is read. */
    private void enter(RoutingContext context) {
        var known = contract;
        if (known == null) {
            throw ProblemException.later(ProblemException.UNAVAILABLE, "the API is starting; try again in a moment", 1);
        }
        var request = context.request();
        String path = request.path();
        var operation = operation(known, path, request.method());
        context.put(OPERATION, operation);
        if (operation.getRequestBody() != null && !isJson(request.getHeader("content-type"))) {
            throw new ProblemException(
                    ProblemException.UNSUPPORTED_TYPE,
                    "the content-type is '" + shown(String.valueOf(request.getHeader("content-type")))
                            + "'; it must be application/json");
        }
        if (requests >= limits.requestsAtOnce()) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE,
                    limits.requestsAtOnce() + " requests are being answered; try again in a moment",
                    1);
        }
        var stay = new Stay();
        context.put(STAY, stay);
        context.addEndHandler(ended -> stay.end());
        request.pause();
        authenticate(context, operation).onComplete(known2 -> {
            if (context.response().ended() || context.response().closed()) {
                return;
            }
            request.resume();
            if (known2.failed()) {
                context.fail(known2.cause());
                return;
            }
            try {
                admit(context, operation, known2.result());
            } catch (ProblemException e) {
                context.fail(e);
                return;
            }
            long timer = vertx.setTimer(
                    TimeUnit.SECONDS.toMillis(limits.bodySeconds()),
                    late -> context.fail(new ProblemException(
                            ProblemException.TIMEOUT,
                            "the request was not there within " + limits.bodySeconds() + " s")));
            context.put(BODY_TIMER, timer);
            context.addEndHandler(ended -> vertx.cancelTimer(timer));
            context.next();
        });
    }

    private static Operation operation(Contract known, String path, HttpMethod method) {
        var found = known.operation(path, method);
        if (found.isPresent()) {
            return found.get();
        }
        Set<String> others = known.methods(path);
        if (others.isEmpty()) {
            throw new ProblemException(
                    ProblemException.NOT_FOUND,
                    "there is no " + shown(path) + ". GET /api/v1/openapi.json lists all paths");
        }
        throw new ProblemException(
                ProblemException.METHOD_NOT_ALLOWED,
                shown(method.name()) + " is not for this path; it must be " + String.join(" or ", others));
    }

    private Future<Caller> authenticate(RoutingContext context, Operation operation) {
        String address = "address:" + address(context.request());
        context.put(MAY_GO_ON, (BooleanSupplier) () -> isOpen(context.request()));
        if (isStray(context.request())) {
            return Future.failedFuture(new ProblemException(
                    ProblemException.FORBIDDEN, "pages of other sites may not ask here; --cors names those that may"));
        }
        if (Contract.roles(operation).isEmpty()) {
            return strange(address, new Caller(address, EnumSet.allOf(Role.class), false));
        }
        List<String> headers = context.request().headers().getAll("authorization");
        List<String> keyHeaders = context.request().headers().getAll("x-api-key");
        if (headers.size() + keyHeaders.size() > 1) {
            return Future.failedFuture(new ProblemException(
                    ProblemException.BAD_REQUEST,
                    "there is more than one key. Send one, as Authorization: Bearer KEY or as X-Api-Key: KEY"));
        }
        String shown;
        if (!keyHeaders.isEmpty()) {
            shown = keyHeaders.getFirst();
        } else if (headers.isEmpty()) {
            return isOpen(context.request()) && Contract.isRead(operation)
                    ? strange(address, new Caller(address, EnumSet.of(Role.READ_ONLY), false))
                    : refuse(address, unauthorized("it takes a key"));
        } else if (headers.getFirst().regionMatches(true, 0, "Bearer ", 0, 7)) {
            shown = headers.getFirst().substring(7).strip();
        } else {
            return refuse(address, unauthorized("the Authorization header is not Bearer KEY"));
        }
        if (shown.startsWith(ApiKeys.PREFIX)) {
            var key = keys.find(shown, Instant.now());
            context.put(MAY_GO_ON, (BooleanSupplier)
                    () -> keys.find(shown, Instant.now()).isPresent());
            return key.isPresent()
                    ? Future.succeededFuture(new Caller(
                            "key:" + key.get().id(),
                            Set.of(Role.of(key.get().role()).orElseThrow()),
                            true))
                    : refuse(address, unauthorized("the key is unknown, revoked or expired"));
        }
        if (tokens == null || !keyHeaders.isEmpty()) {
            return refuse(address, unauthorized("that is no key of this oracle"));
        }
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_TOKEN_STREAM_SECONDS);
        context.put(MAY_GO_ON, (BooleanSupplier) () -> System.nanoTime() < untilNanos);
        return tokens.caller(shown)
                .compose(caller -> caller.isPresent()
                        ? Future.succeededFuture(caller.get())
                        : refuse(address, unauthorized("the token does not count here, or not any more")));
    }

    private Future<Caller> strange(String address, Caller caller) {
        return strangers.take(address) ? Future.succeededFuture(caller) : Future.failedFuture(tooMany());
    }

    /** Who has a key that counts is not kept out by strangers at the same address, as behind a proxy. */
    private Future<Caller> refuse(String address, ProblemException problem) {
        return Future.failedFuture(strangers.take(address) ? problem : tooMany());
    }

    /** On loopback alone, before there are keys or where it is said so: as /rpc. A page of another site that has its name lead here names it. */
    private boolean isOpen(HttpServerRequest request) {
        var authority = request.authority();
        String host = authority == null ? "" : authority.host();
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        boolean takesNone = settings.opensReads() || (settings.oidc() == null && !keys.exists());
        return settings.isLoopback() && takesNone && LOCAL_NAMES.contains(name);
    }

    /** Of a page of another site: it could read nothing, but would use up what those at this address have. A link from there is none. */
    private boolean isStray(HttpServerRequest request) {
        // browsers name no origin of pictures and scripts
        String origin = request.getHeader("origin");
        return "cross-site".equals(request.getHeader("sec-fetch-site"))
                && !"navigate".equals(request.getHeader("sec-fetch-mode"))
                && (origin == null || !settings.corsOrigins().contains(origin));
    }

    private static ProblemException unauthorized(String what) {
        return new ProblemException(
                ProblemException.UNAUTHORIZED,
                what + ". `chargeproof api-key new --data DIR` makes one; send it as Authorization: Bearer KEY");
    }

    private static ProblemException tooMany() {
        return ProblemException.later(
                ProblemException.TOO_MANY, "there are more requests than this caller may send; wait a second", 1);
    }

    private void admit(RoutingContext context, Operation operation, Caller caller) {
        requireRole(operation, caller);
        if (caller.isKnown() && !callers.take(caller.name())) {
            throw tooMany();
        }
        context.put(CALLER, caller);
        int more = requestsByCaller.getOrDefault(caller.name(), 0) + 1;
        if (more > limits.requestsAtOncePerCaller()) {
            throw ProblemException.later(
                    ProblemException.TOO_MANY,
                    limits.requestsAtOncePerCaller() + " requests of this caller are being answered; wait for one",
                    1);
        }
        context.<Stay>get(STAY).of(caller.name());
    }

    /** A request that is being read or answered. */
    private final class Stay {
        private @Nullable String caller;
        private boolean ended;

        Stay() {
            requests++;
        }

        void of(String name) {
            if (!ended) {
                caller = name;
                requestsByCaller.merge(name, 1, Integer::sum);
            }
        }

        void end() {
            if (!ended) {
                ended = true;
                requests--;
                if (caller != null) {
                    requestsByCaller.computeIfPresent(
                            caller, (name, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
                }
            }
        }
    }

    private static void requireRole(Operation operation, Caller caller) {
        var roles = Contract.roles(operation);
        if (!roles.isEmpty() && roles.stream().noneMatch(caller.roles()::contains)) {
            throw new ProblemException(
                    ProblemException.FORBIDDEN,
                    "it takes the role "
                            + roles.stream().map(Role::word).sorted().collect(Collectors.joining(" or "))
                            + ", and this caller has "
                            + (caller.roles().isEmpty()
                                    ? "none"
                                    : caller.roles().stream()
                                            .map(Role::word)
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }
    }

    private void bodyRead(RoutingContext context) {
        if (context.get(BODY_TIMER) instanceof Long timer) {
            vertx.cancelTimer(timer);
        }
        Operation operation = context.get(OPERATION);
        if (operation.getRequestBody() != null) {
            Buffer body = context.body().buffer();
            try {
                var parsed = STRICT.readTree(body == null ? new byte[0] : body.getBytes());
                if (!parsed.isObject()) {
                    throw new ProblemException(ProblemException.BAD_REQUEST, "the body must be a JSON object");
                }
            } catch (JacksonException e) {
                var place = e.getLocation();
                throw new ProblemException(
                        ProblemException.BAD_REQUEST,
                        "the body is no JSON, has a name twice, or goes deeper or longer than any request"
                                + (place == null
                                        ? ""
                                        : ": line " + place.getLineNr() + ", column " + place.getColumnNr()));
            } catch (IOException e) {
                throw new ProblemException(ProblemException.BAD_REQUEST, "the body cannot be read");
            }
        }
        requireKnownQuery(context, operation);
        context.next();
    }

    /** A name that is misspelt would otherwise change nothing, and nobody would notice. */
    private static void requireKnownQuery(RoutingContext context, Operation operation) {
        Set<String> names = operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == io.vertx.openapi.contract.Location.QUERY)
                .map(Parameter::getName)
                .collect(Collectors.toSet());
        for (String name : context.queryParams().names()) {
            if (!names.contains(name)) {
                throw new ProblemException(
                        ProblemException.BAD_REQUEST,
                        "there is no parameter '" + shown(name) + "' here; there is "
                                + (names.isEmpty()
                                        ? "none"
                                        : names.stream().sorted().collect(Collectors.joining(", "))));
            }
            if (context.queryParams().getAll(name).size() > 1) {
                throw new ProblemException(
                        ProblemException.BAD_REQUEST,
                        "the parameter '" + shown(name) + "' is there twice. Send it once");
            }
        }
    }

    private static ValidatedRequest validated(RoutingContext context) {
        return Objects.requireNonNull(context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST));
    }

    /** The operation that was let in. Its route has found the same, or nothing is done. */
    private static Operation admitted(RoutingContext context) {
        Operation operation = context.get(OPERATION);
        Object routed = context.currentRoute().getMetadata(RouterBuilder.KEY_META_DATA_OPERATION);
        if (routed instanceof Operation other && !other.getOperationId().equals(operation.getOperationId())) {
            throw new ProblemException(ProblemException.NOT_FOUND, "there is no such path");
        }
        return operation;
    }

    private void answer(RoutingContext context, boolean mayLag, Handled handled) {
        var operation = admitted(context);
        if (!mayLag) {
            requireNews();
        }
        var call = new Call(operation, validated(context));
        threads.executeBlocking(() -> handled.answer(call), false)
                .compose(this::done)
                .compose(answer -> threads.executeBlocking(
                        () -> new Ready(answer.status(), JSON.writeValueAsBytes(answer.body())), false))
                .onSuccess(ready -> send(context, ready.status(), ready.bytes(), Contract.isTagged(operation)))
                .onFailure(context::fail);
    }

    /** What waits for a database and a ledger: on a thread of its own, as many as there may be requests at once. */
    private void person(RoutingContext context) {
        var operation = admitted(context);
        if (PersonRoutes.needsNews(operation.getOperationId())) {
            requireNews();
        }
        Caller caller = Objects.requireNonNull(context.get(CALLER));
        var call = new Call(operation, validated(context));
        var here = vertx.getOrCreateContext();
        Promise<Ready> answered = Promise.promise();
        Thread.ofVirtual().name("charge-persons").start(() -> {
            try {
                var given = persons.answer(operation.getOperationId(), caller, call);
                var ready = new Ready(given.status(), JSON.writeValueAsBytes(given.body()));
                here.runOnContext(now -> answered.complete(ready));
            } catch (JsonProcessingException | RuntimeException | Error e) {
                here.runOnContext(now -> answered.fail(e));
            }
        });
        answered.future()
                .onSuccess(ready -> send(context, ready.status(), ready.bytes(), false))
                .onFailure(context::fail);
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Ready(int status, byte[] bytes) {}

    private Future<Answer> done(Object result) {
        if (!(result instanceof Pending pending)) {
            return Future.succeededFuture(new Answer(OK, result));
        }
        Promise<Answer> promise = Promise.promise();
        var context = vertx.getOrCreateContext();
        CompletableFuture<?> waited = pending.outcome()
                .copy()
                .orTimeout(INPUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((outcome, failure) -> context.runOnContext(now -> {
                    try {
                        promise.complete(outcome(outcome, failure));
                    } catch (RuntimeException e) {
                        promise.fail(e);
                    }
                }));
        return waited.isCancelled() ? Future.failedFuture("cancelled") : promise.future();
    }

    private static Answer outcome(@Nullable Object outcome, @Nullable Throwable failure) {
        if (failure instanceof TimeoutException) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE,
                    "the ledger has not answered within " + INPUT_SECONDS
                            + " s; it may still take what was sent. Read it before you send again",
                    5);
        }
        if (failure instanceof ProblemException problem) {
            throw problem;
        }
        if (failure != null) {
            LOG.error("An operator's input failed: this should not happen", failure);
            throw new ProblemException(ProblemException.FAILED, "something went wrong here; the log has more");
        }
        return switch ((OperatorInputs.Outcome) Objects.requireNonNull(outcome)) {
            case OperatorInputs.Sent sent -> new Answer(ACCEPTED, Map.of("transaction", sent.transaction()));
            case OperatorInputs.Refused refused ->
                throw switch (refused.reason()) {
                    case UNKNOWN -> new ProblemException(ProblemException.NOT_FOUND, refused.detail());
                    case NOT_YOURS -> new ProblemException(ProblemException.FORBIDDEN, refused.detail());
                    case CONFLICT -> new ProblemException(ProblemException.CONFLICT, refused.detail());
                    case BAD_VALUE -> new ProblemException(ProblemException.UNPROCESSABLE, refused.detail());
                    case UNAVAILABLE -> ProblemException.later(ProblemException.UNAVAILABLE, refused.detail(), 5);
                };
        };
    }

    private void requireNews() {
        // why is for who runs it: it names the node
        if (!problem.get().isEmpty()) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE,
                    "the newest state is not known here yet; try again in a moment. GET /health says why",
                    1);
        }
    }

    /** What a method of the namespace answers, with parameters from path and query by their names. */
    private Object read(Contract known, Call call) {
        String method = Objects.requireNonNull(Contract.method(call.operation()));
        return called(
                method,
                known.parameters(method).stream()
                        .map(name -> name.equals("filter") ? filter(call) : call.value(name))
                        .toArray());
    }

    private static Map<String, Object> filter(Call call) {
        var filter = new LinkedHashMap<String, Object>();
        call.request().getQuery().forEach((name, parameter) -> {
            if (parameter.get() != null) {
                filter.put(name, parameter.get());
            }
        });
        return filter;
    }

    private Object called(String method, @Nullable Object... params) {
        return Objects.requireNonNull(
                Objects.requireNonNull(methods.byName().get(method)).call(params));
    }

    private Object chargePoint(Call call) {
        String name = (String) Objects.requireNonNull(call.value("chargePoint"));
        Map<String, Object> filter = name.matches("[0-9]{1,9}")
                ? Map.of("from", Integer.parseInt(name), "count", 1)
                : Map.of("evseId", name);
        var found = JSON.valueToTree(called("chargePoints", filter))
                .path("chargePoints")
                .path(0);
        boolean isIt = filter.containsKey("evseId")
                ? found.isObject()
                : found.path("chargePoint").asInt(-1) == Integer.parseInt(name);
        if (!isIt) {
            throw new ProblemException(
                    ProblemException.NOT_FOUND,
                    "there is no charge point '" + shown(name)
                            + "'. GET /api/v1/charge-points lists all with their numbers and EVSE ids");
        }
        return found;
    }

    private void quote(RoutingContext context) {
        admitted(context);
        requireNews();
        var body = new Call(context.get(OPERATION), validated(context)).body();
        var asked = new Quotes.Request(
                body.containsKey("chargePoint") ? Inputs.whole(body, "chargePoint") : null,
                body.getString("evseId"),
                Inputs.whole(body, "energyWh"),
                body.containsKey("leastEnergyWh") ? Inputs.whole(body, "leastEnergyWh") : null,
                body.getValue("departure"),
                body.getBoolean("joins", true));
        if (quoting >= limits.quotesAtOnce()) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE, limits.quotesAtOnce() + " quotes are being computed; ask again", 1);
        }
        quoting++;
        var computed = quoteThreads
                .executeBlocking(() -> JSON.writeValueAsBytes(quotes.quote(asked)), false)
                .onComplete(done -> quoting--);
        long timer = vertx.setTimer(
                limits.quoteMillis(),
                late -> context.fail(ProblemException.later(
                        ProblemException.UNAVAILABLE,
                        "the quote was not there within " + limits.quoteMillis() + " ms; ask again",
                        1)));
        computed.onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                send(context, OK, done.result(), false);
            } else {
                context.fail(done.cause());
            }
        });
    }

    private void whatIf(RoutingContext context) {
        admitted(context);
        requireNews();
        Caller caller = Objects.requireNonNull(context.get(CALLER));
        var call = new Call(context.get(OPERATION), validated(context));
        var asked = new WhatIfs.Asked(
                call.number("group"),
                call.number("count", WhatIfs.USUAL_TIMESTEPS),
                call.value("limitW") == null ? null : call.number("limitW"),
                (String) call.value("policy"),
                call.number("batteryWh", 0),
                call.number("batteryW", 0));
        threads.executeBlocking(() -> whatIfs.question(asked), false)
                .compose(question -> whatIfs.answer(question, caller))
                .onSuccess(bytes -> send(context, OK, bytes, false))
                .onFailure(context::fail);
    }

    private void stream(RoutingContext context) {
        admitted(context);
        Caller caller = Objects.requireNonNull(context.get(CALLER));
        BooleanSupplier mayGoOn = Objects.requireNonNull(context.get(MAY_GO_ON));
        streams.begin(context, caller, mayGoOn, context.request().getHeader("last-event-id"));
        streaming.accept(context);
        // it is no request at once any more
        context.<Stay>get(STAY).end();
    }

    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        threads.executeBlocking(feed::look, false).onComplete(looked -> {
            looking = false;
            if (looked.failed()) {
                LOG.error("Events cannot be told: this should not happen", looked.cause());
            } else if (looked.result()) {
                streams.published();
            }
        });
    }

    private void send(RoutingContext context, int status, byte[] bytes, boolean isTagged) {
        var response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        if (bytes.length > MOST_ANSWER_BYTES) {
            context.fail(new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "the answer has more than " + MOST_ANSWER_BYTES + " bytes. Ask for less at once"));
            return;
        }
        if (isTagged) {
            String tag = '"'
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(ApiKeys.sha256(bytes))
                            .substring(0, 22)
                    + '"';
            response.putHeader("etag", tag).putHeader("cache-control", "private, no-cache");
            if (isNamed(context.request().getHeader("if-none-match"), tag)) {
                response.setStatusCode(NOT_MODIFIED).end();
                return;
            }
        }
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(bytes));
    }

    private static boolean isNamed(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String each : ifNoneMatch.split(",", -1)) {
            String one = each.strip();
            if (one.equals("*") || one.equals(tag) || one.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    /** Answers what failed, whatever it was, with a problem that says no more than its caller may know. */
    public void answerFailure(RoutingContext context) {
        var response = context.response();
        if (response.ended()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        var known = problem(context);
        if (!context.request().isEnded()) {
            // what it still sends is nobody's
            response.putHeader("connection", "close");
            var request = context.request();
            request.handler(rest -> {}).exceptionHandler(gone -> {});
            request.resume();
            long cut =
                    vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
            request.endHandler(all -> {
                vertx.cancelTimer(cut);
                request.connection().close();
            });
        }
        if (known.status() == ProblemException.METHOD_NOT_ALLOWED && contract != null) {
            response.putHeader(
                    "allow",
                    String.join(", ", contract.methods(context.request().path())));
        }
        answer(response, known);
    }

    /** Answers what is no request of HTTP as it must be: for the server's handler of invalid requests. */
    public static void answerInvalid(HttpServerRequest request) {
        String what = String.valueOf(
                request.decoderResult() == null || request.decoderResult().cause() == null
                        ? ""
                        : request.decoderResult().cause().getClass().getSimpleName());
        int status = what.startsWith("TooLongHttpLine")
                ? ProblemException.URI_TOO_LONG
                : what.startsWith("TooLongHttpHeader")
                        ? ProblemException.HEADERS_TOO_LARGE
                        : ProblemException.BAD_REQUEST;
        request.response().putHeader("connection", "close");
        answer(
                request.response(),
                new ProblemException(
                        status,
                        status == ProblemException.BAD_REQUEST
                                ? "this is no request of HTTP/1.1"
                                : "the request's line or its headers are longer than any that are needed here"));
        request.connection().close();
    }

    private static void answer(HttpServerResponse response, ProblemException problem) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "about:blank");
        body.put("title", ProblemException.title(problem.status()));
        body.put("status", problem.status());
        body.put("detail", String.valueOf(problem.getMessage()));
        if (!problem.places().isEmpty()) {
            body.put("errors", problem.places());
        }
        if (problem.retryAfterSeconds() > 0) {
            response.putHeader("retry-after", Integer.toString(problem.retryAfterSeconds()));
        }
        if (problem.status() == ProblemException.UNAUTHORIZED) {
            response.putHeader("www-authenticate", "Bearer realm=\"chargeproof\"");
        }
        response.setStatusCode(problem.status())
                .putHeader("content-type", "application/problem+json")
                .putHeader("cache-control", "no-store");
        response.headers().remove("etag");
        try {
            response.end(Buffer.buffer(JSON.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProblemException problem(RoutingContext context) {
        var failure = context.failure();
        if (failure instanceof ProblemException known) {
            return known;
        }
        if (failure instanceof RpcException e) {
            String detail = String.valueOf(e.getMessage());
            return switch (e.code()) {
                case RpcException.NOT_FOUND -> new ProblemException(ProblemException.NOT_FOUND, detail);
                case RpcException.NO_NETWORK -> ProblemException.later(ProblemException.UNAVAILABLE, detail, 5);
                default -> new ProblemException(ProblemException.BAD_REQUEST, detail);
            };
        }
        if (failure instanceof SchemaValidationException e) {
            return new ProblemException(
                    ProblemException.BAD_REQUEST,
                    "the request is not as /api/v1/openapi.json says: " + first(e),
                    places(e.getOutputUnit()));
        }
        if (failure instanceof ValidatorException e) {
            return new ProblemException(
                    e.type() == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT
                            ? ProblemException.UNSUPPORTED_TYPE
                            : ProblemException.BAD_REQUEST,
                    "the request is not as /api/v1/openapi.json says: " + shown(String.valueOf(e.getMessage())));
        }
        if (failure instanceof InvalidInputException) {
            return new ProblemException(
                    ProblemException.CONFLICT, "the charging group holds as much as can be planned; ask elsewhere");
        }
        int status = failure instanceof HttpException e ? e.getStatusCode() : context.statusCode();
        if (failure == null && status <= 0) {
            return new ProblemException(ProblemException.BAD_REQUEST, "the path cannot be decoded");
        }
        if (status == ProblemException.TOO_LARGE) {
            return new ProblemException(status, "the body is larger than the limit. Send less at once");
        }
        if (status == ProblemException.FORBIDDEN) {
            return new ProblemException(status, "pages of this origin may not ask. --cors ORIGIN lets them");
        }
        if (status >= ProblemException.BAD_REQUEST && status < ProblemException.FAILED) {
            return new ProblemException(
                    status,
                    "the request cannot be read: "
                            + ProblemException.title(status).toLowerCase(Locale.ROOT));
        }
        LOG.error(
                "{} {} failed: this should not happen",
                context.request().method(),
                shown(String.valueOf(context.request().path())),
                failure);
        return new ProblemException(ProblemException.FAILED, "something went wrong here; the log has more");
    }

    private static String first(SchemaValidationException e) {
        return shown(String.valueOf(e.getMessage()));
    }

    private static List<ProblemException.Place> places(@Nullable OutputUnit unit) {
        if (unit == null || unit.getErrors() == null) {
            return List.of();
        }
        return unit.getErrors().stream()
                .filter(error -> error.getError() != null)
                .limit(MOST_PLACES)
                .map(error -> new ProblemException.Place(
                        shown(String.valueOf(error.getInstanceLocation()).replaceFirst("^#", "")),
                        shown(error.getError())))
                .toList();
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private static String address(HttpServerRequest request) {
        var remote = request.remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }

    /** A caller gets back no more than it can look at. */
    private static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    /** What is served as {@code openapi.json}. */
    static String contractText() {
        return new String(Contract.document().toBuffer().getBytes(), StandardCharsets.UTF_8);
    }
}
