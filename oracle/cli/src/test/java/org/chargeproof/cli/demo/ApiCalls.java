package org.chargeproof.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Calls of an oracle's {@code /api/v1}. */
final class ApiCalls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ApiCalls() {}

    /**
     * Asks an oracle.
     *
     * @param oracleUrl without a path
     * @param path behind {@code /api/v1}
     * @param key empty for none
     * @param body JSON; empty for none
     */
    static HttpResponse<String> ask(
            HttpClient http, String oracleUrl, String method, String path, String key, String body) {
        var request = HttpRequest.newBuilder(URI.create(oracleUrl + "/api/v1" + path));
        if (!key.isEmpty()) {
            request.header("authorization", "Bearer " + key);
        }
        if (body.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** An answer's body. */
    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
