package org.chargeproof.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.chargeproof.view.rpc.Methods;
import org.jspecify.annotations.Nullable;

/**
 * The contract: {@code openapi.json}, with the schemas of what {@code charge_...} answers put in from the OpenRPC document, so that they
 * are written once.
 */
final class Contract {
    /** Where the API is served. */
    static final String BASE = "/api/v1";

    private static final String OPENAPI = "/org/chargeproof/api/openapi.json";
    private static final String ROLES = "x-roles";
    private static final String METHOD = "x-charge-method";
    private static final String CACHE = "x-cache";
    private static final String ANYONE = "anyone";

    private final JsonObject document;
    private final OpenAPIContract openApi;
    private final Map<String, List<String>> parametersByMethod;

    private Contract(JsonObject document, OpenAPIContract openApi, Map<String, List<String>> parametersByMethod) {
        this.document = document;
        this.openApi = openApi;
        this.parametersByMethod = parametersByMethod;
    }

    /** Reads and checks it. */
    static Future<Contract> load(Vertx vertx) {
        return vertx.executeBlocking(Contract::document)
                .compose(document -> OpenAPIContract.from(vertx, ofRequests(document))
                        .map(openApi -> new Contract(document, openApi, parameters())));
    }

    /** What is served as {@code openapi.json}. */
    static JsonObject document() {
        var document = resource(Contract.class, OPENAPI);
        var schemas = document.getJsonObject("components").getJsonObject("schemas");
        var read = openRpc().getJsonObject("components").getJsonObject("schemas");
        read.forEach(schema -> {
            if (schemas.containsKey(schema.getKey())) {
                throw new IllegalStateException("two schemas have the name " + schema.getKey());
            }
            schemas.put(schema.getKey(), schema.getValue());
        });
        return document;
    }

    /**
     * What the library is to know: it takes no relative address of a server (and looks at its path alone), and knows neither problems nor
     * streams of events as media types of answers. Answers are held against the whole document by tests.
     */
    private static JsonObject ofRequests(JsonObject document) {
        var copy = document.copy();
        copy.getJsonArray("servers").getJsonObject(0).put("url", "http://localhost" + BASE);
        copy.getJsonObject("components").remove("responses");
        var answers = new JsonObject().put("default", new JsonObject().put("description", "see the whole document"));
        for (var path : copy.getJsonObject("paths")) {
            for (var operation : (JsonObject) path.getValue()) {
                ((JsonObject) operation.getValue()).put("responses", answers.copy());
            }
        }
        return copy;
    }

    private static JsonObject openRpc() {
        return resource(Methods.class, "/org/chargeproof/view/rpc/openrpc.json");
    }

    private static Map<String, List<String>> parameters() {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (Object each : openRpc().getJsonArray("methods")) {
            var method = (JsonObject) each;
            parameters.put(
                    method.getString("name"),
                    method.getJsonArray("params").stream()
                            .map(p -> ((JsonObject) p).getString("name"))
                            .toList());
        }
        return parameters;
    }

    private static JsonObject resource(Class<?> beside, String name) {
        try (var in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return new JsonObject(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OpenAPIContract openApi() {
        return openApi;
    }

    byte[] bytes() {
        return document.toBuffer().getBytes();
    }

    /** The operation of a request; empty when there is no such path, or not by this method. */
    Optional<Operation> operation(String path, io.vertx.core.http.HttpMethod method) {
        return Optional.ofNullable(openApi.findOperation(path, method));
    }

    /** Methods of a path; empty when there is no such path. */
    Set<String> methods(String path) {
        var found = openApi.findPath(path);
        return found == null
                ? Set.of()
                : found.getOperations().stream()
                        .map(operation -> operation.getHttpMethod().name())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Roles that may; empty when anybody may. */
    static Set<Role> roles(Operation operation) {
        var roles = (JsonArray) operation.getOpenAPIModel().getValue(ROLES);
        return roles.contains(ANYONE)
                ? Set.of()
                : roles.stream()
                        .map(word -> Role.of((String) word).orElseThrow())
                        .collect(Collectors.toSet());
    }

    /** Whether it changes nothing: then it needs no key on an open loopback. */
    static boolean isRead(Operation operation) {
        return roles(operation).isEmpty() || roles(operation).contains(Role.READ_ONLY);
    }

    /** The method of the namespace whose answer it gives, without the namespace; null when it has none. */
    static @Nullable String method(Operation operation) {
        String method = operation.getOpenAPIModel().getString(METHOD);
        return method == null ? null : method.substring(method.indexOf('_') + 1);
    }

    /** Parameters of such a method, by position. */
    List<String> parameters(String method) {
        return parametersByMethod.getOrDefault(Methods.NAMESPACE + "_" + method, List.of());
    }

    /** Whether its answers have tags. */
    static boolean isTagged(Operation operation) {
        return "etag".equals(operation.getOpenAPIModel().getString(CACHE));
    }
}
