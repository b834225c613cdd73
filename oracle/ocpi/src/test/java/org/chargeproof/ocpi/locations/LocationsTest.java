package org.chargeproof.ocpi.locations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.ocpi.Objects.NOON;
import static org.chargeproof.ocpi.Objects.location;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator pushes locations, and another platform pulls them, over loopback. */
class LocationsTest {
    private static final PartyId OPERATOR = new PartyId("DE", "CPO");
    private static final PartyId PROVIDER = new PartyId("DE", "EMS");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Memory sink = new Memory();
    private final List<Location> locations = new ArrayList<>();
    private Platform provider;
    private Platform cpo;
    private LocationsClient push;
    private LocationsClient pull;

    private static final class Memory implements ObjectSink<Location> {
        private final Map<String, Location> locations = new ConcurrentHashMap<>();

        @Override
        public Location find(String partner, PartyId operator, String id) {
            return locations.get(operator + "/" + id.toUpperCase(Locale.ROOT));
        }

        @Override
        public boolean put(String partner, PartyId operator, Location location) {
            return locations.put(operator + "/" + location.id().toUpperCase(Locale.ROOT), location) == null;
        }
    }

    private final class Source implements LocationSource {
        @Override
        public Page<Location> page(String partner, Page.Filter filter) {
            return Page.of(locations, filter);
        }

        @Override
        public Location find(String partner, String id) {
            return locations.stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }
    }

    @BeforeEach
    void start() {
        provider = Platform.start(
                vertx, folder.resolve("emsp.json"), Role.EMSP, "EMS", all -> List.of(new LocationsReceiver(sink)));
        cpo = Platform.start(
                vertx, folder.resolve("cpo.json"), Role.CPO, "CPO", all -> List.of(new LocationsSender(new Source())));
        Platform.connect(cpo, provider);
        push = new LocationsClient(cpo.peers);
        pull = new LocationsClient(provider.peers);
    }

    @AfterEach
    void stop() {
        provider.close();
        cpo.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void anEvseIsPatchedAndWhatIsAroundItChangesToo() {
        push.put("EMS", PROVIDER, location("CPO", "LOC1", NOON));
        send(
                "PATCH",
                "LOC1/3256",
                OcpiJson.object().put("status", "CHARGING").put("last_updated", "2026-11-26T13:00:00Z"));
        send(
                "PATCH",
                "LOC1/3256/1",
                OcpiJson.object().put("max_amperage", 16).put("last_updated", "2026-11-26T14:00:00Z"));

        Location after = sink.find("CPO", OPERATOR, "LOC1");
        assertThat(after.lastUpdated()).isEqualTo(NOON.plusSeconds(7200));
        var evse = after.evses().getFirst();
        assertThat(evse.status()).isEqualTo(Status.CHARGING);
        assertThat(evse.lastUpdated()).isEqualTo(NOON.plusSeconds(7200));
        assertThat(evse.connectors().getFirst().maxAmperage()).isEqualTo(16);
    }

    @Test
    void olderChangesAreNotTaken() {
        push.put("EMS", PROVIDER, location("CPO", "LOC1", NOON));
        send(
                "PATCH",
                "LOC1/3256",
                OcpiJson.object().put("status", "BLOCKED").put("last_updated", "2026-11-26T11:00:00Z"));

        assertThat(sink.find("CPO", OPERATOR, "LOC1").evses().getFirst().status())
                .isEqualTo(Status.AVAILABLE);
    }

    @Test
    void anEvseIsAdded() {
        Location location = location("CPO", "LOC1", NOON);
        push.put("EMS", PROVIDER, location);
        ObjectNode evse = OcpiJson.tree(location.evses().getFirst()).put("uid", "3257");
        send("PUT", "LOC1/3257", evse);

        assertThat(sink.find("CPO", OPERATOR, "LOC1").evses()).hasSize(2);
        assertThatThrownBy(() -> send("PUT", "LOC1/9999", evse)).hasMessageContaining("OCPI 2001");
    }

    @Test
    void unknownLocationsHaveACodeOfTheirOwn() {
        ObjectNode patch = OcpiJson.object().put("status", "CHARGING").put("last_updated", "2026-11-26T13:00:00Z");

        assertThatThrownBy(() -> send("PATCH", "LOC9/3256", patch)).hasMessageContaining("HTTP 404, OCPI 2003");
        push.put("EMS", PROVIDER, location("CPO", "LOC1", NOON));
        assertThatThrownBy(() -> send("PATCH", "LOC1/77", patch)).hasMessageContaining("HTTP 404, OCPI 2003");
    }

    @Test
    void allPagesArePulled() {
        for (int i = 0; i < 120; i++) {
            locations.add(location("CPO", "LOC" + i, NOON));
        }

        assertThat(pull.pull("CPO", OPERATOR).items()).isEqualTo(locations);
        String url = provider.peers.endpoint("CPO", ModuleId.LOCATIONS, InterfaceRole.SENDER);
        assertThat(provider.peers
                        .call("CPO", "GET", url + "/LOC7/3256/1", OPERATOR, null)
                        .data()
                        .get("id")
                        .asText())
                .isEqualTo("1");
        assertThatThrownBy(() -> provider.peers.call("CPO", "GET", url + "/LOC7/3256/2", OPERATOR, null))
                .hasMessageContaining("HTTP 404, OCPI 2003");
    }

    private void send(String method, String path, ObjectNode body) {
        String url = cpo.peers.endpoint("EMS", ModuleId.LOCATIONS, InterfaceRole.RECEIVER) + "/DE/CPO/" + path;
        cpo.peers.call("EMS", method, url, PROVIDER, body);
    }
}
