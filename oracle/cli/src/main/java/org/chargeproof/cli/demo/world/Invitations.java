package org.chargeproof.cli.demo.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.chargeproof.ledger.LedgerException;

/** What an operator does at its oracle so that a platform may register with it. */
final class Invitations {
    private static final int CREATED = 201;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Invitations() {}

    /** Where to register, and with which token. */
    record Invitation(String versionsUrl, String token) {}

    /**
     * Invites a platform.
     *
     * @param data the oracle's data folder, with the operator's key
     * @param door {@code ocpi} or {@code roaming}
     * @param said name, and what else the door wants to know
     */
    static Invitation invite(HttpClient http, String oracleUrl, Path data, String door, Map<String, Object> said) {
        try {
            String key = Files.readString(data.resolve("operator.key")).strip();
            var response = http.send(
                    HttpRequest.newBuilder(URI.create(oracleUrl + "/operator/" + door + "/partners"))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(said)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != CREATED) {
                throw new LedgerException(oracleUrl + " invites nobody: " + response.body());
            }
            JsonNode invitation = JSON.readTree(response.body());
            return new Invitation(
                    invitation.path("versionsUrl").asText(),
                    invitation.path("token").asText());
        } catch (IOException e) {
            throw new UncheckedIOException("a platform cannot be invited at " + oracleUrl, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }
}
