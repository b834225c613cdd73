package org.chargeproof.ocpi.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.ocpi.Objects.NOON;
import static org.chargeproof.ocpi.Objects.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.ProfileType;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator pushes sessions, a service provider pulls them and sends what drivers wish, over loopback. */
class SessionsTest {
    private static final PartyId OPERATOR = new PartyId("DE", "CPO");
    private static final PartyId PROVIDER = new PartyId("DE", "SCP");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Memory sink = new Memory();
    private final List<Session> sessions = new ArrayList<>();
    private final List<String> wishes = new ArrayList<>();
    private int hidden;
    private Platform provider;
    private Platform cpo;
    private SessionsClient push;
    private SessionsClient pull;

    private static final class Memory implements ObjectSink<Session> {
        private final Map<String, Session> sessions = new ConcurrentHashMap<>();

        @Override
        public Session find(String partner, PartyId operator, String id) {
            return sessions.get(operator + "/" + id.toUpperCase(Locale.ROOT));
        }

        @Override
        public boolean put(String partner, PartyId operator, Session session) {
            return sessions.put(operator + "/" + session.id().toUpperCase(Locale.ROOT), session) == null;
        }
    }

    private final class Source implements SessionSource {
        @Override
        public Page<Session> page(String partner, Page.Filter filter) {
            Page<Session> page = Page.of(
                    sessions.stream()
                            .filter(each -> !each.lastUpdated().isBefore(filter.from()))
                            .toList(),
                    filter);
            return new Page<>(page.items(), page.total() + hidden);
        }

        @Override
        public Optional<ChargingPreferencesResponse> prefer(
                String partner, String sessionId, ChargingPreferences preferences) {
            wishes.add(partner + " " + sessionId + " " + preferences.energyNeed());
            return sessionId.equals("S 1/2") ? Optional.of(ChargingPreferencesResponse.ACCEPTED) : Optional.empty();
        }
    }

    @BeforeEach
    void start() {
        provider = Platform.start(
                vertx, folder.resolve("scsp.json"), Role.SCSP, "SCP", all -> List.of(new SessionsReceiver(sink)));
        cpo = Platform.start(
                vertx, folder.resolve("cpo.json"), Role.CPO, "CPO", all -> List.of(new SessionsSender(new Source())));
        Platform.connect(cpo, provider);
        push = new SessionsClient(cpo.peers);
        pull = new SessionsClient(provider.peers);
    }

    @AfterEach
    void stop() {
        provider.close();
        cpo.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aSessionIsPutAndPatched() {
        Session session = session("CPO", "S1", "1.5", NOON);
        push.put("SCP", PROVIDER, session);
        assertThat(sink.find("CPO", OPERATOR, "s1")).isEqualTo(session);

        ObjectNode changes =
                OcpiJson.object().put("kwh", new BigDecimal("2.50")).put("last_updated", "2026-11-26T12:15:00Z");
        period(changes, "2026-11-26T12:00:00Z");
        push.patch("SCP", PROVIDER, session, changes);
        period(changes.put("last_updated", "2026-11-26T12:30:00Z"), "2026-11-26T12:15:00Z");
        push.patch("SCP", PROVIDER, session, changes);

        Session after = sink.find("CPO", OPERATOR, "S1");
        assertThat(after.kwh()).isEqualTo(new BigDecimal("2.50"));
        assertThat(after.chargingPeriods()).as("periods of a PATCH are added").hasSize(2);
        assertThat(after.cdrToken()).isEqualTo(session.cdrToken());
    }

    @Test
    void whatIsOlderIsNotTaken() {
        push.put("SCP", PROVIDER, session("CPO", "S1", "2", NOON.plusSeconds(60)));
        push.put("SCP", PROVIDER, session("CPO", "S1", "1", NOON));

        assertThat(sink.find("CPO", OPERATOR, "S1").kwh()).isEqualTo(new BigDecimal("2"));
    }

    @Test
    void nobodyPushesSessionsOfOthers() {
        assertThatThrownBy(() -> push.put("SCP", PROVIDER, session("XYZ", "S1", "1", NOON)))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("HTTP 404");
        assertThat(sink.sessions).isEmpty();
    }

    @Test
    void aPatchOfAnUnknownSessionIsRefused() {
        ObjectNode changes = OcpiJson.object().put("kwh", 2).put("last_updated", "2026-11-26T12:15:00Z");
        assertThatThrownBy(() -> push.patch("SCP", PROVIDER, session("CPO", "S9", "1", NOON), changes))
                .hasMessageContaining("HTTP 404");
        push.put("SCP", PROVIDER, session("CPO", "S1", "1", NOON));
        assertThatThrownBy(() -> push.patch(
                        "SCP",
                        PROVIDER,
                        session("CPO", "S1", "1", NOON),
                        OcpiJson.object().put("kwh", 2)))
                .hasMessageContaining("OCPI 2001")
                .hasMessageContaining("last_updated");
    }

    @Test
    void allPagesArePulled() {
        for (int i = 0; i < 250; i++) {
            sessions.add(session("CPO", "S" + i, "1", NOON.plusSeconds(i)));
        }

        assertThat(pull.pull("CPO", OPERATOR, NOON.plusSeconds(20)).items()).isEqualTo(sessions.subList(20, 250));
    }

    @Test
    void gapsAreTold() {
        for (int i = 0; i < 150; i++) {
            sessions.add(session("CPO", "S" + i, "1", NOON.plusSeconds(i)));
        }
        assertThat(pull.pull("CPO", OPERATOR, NOON).missing()).isEqualTo(0);
        hidden = 3;
        var gaps = pull.pull("CPO", OPERATOR, NOON);

        assertThat(gaps.items()).hasSize(150);
        assertThat(gaps.missing()).isEqualTo(3);
    }

    @Test
    void whatDriversWishReachesTheOperator() {
        var wish = new ChargingPreferences(ProfileType.GREEN, NOON.plusSeconds(3600), new BigDecimal("20.5"), null);

        assertThat(pull.prefer("CPO", OPERATOR, "S 1/2", wish)).isEqualTo(ChargingPreferencesResponse.ACCEPTED);
        assertThat(wishes).containsExactly("SCP S 1/2 20.5");
        assertThatThrownBy(() -> pull.prefer("CPO", OPERATOR, "S2", wish)).hasMessageContaining("HTTP 404");
        var negative = new ChargingPreferences(ProfileType.GREEN, null, new BigDecimal("-1"), null);
        assertThatThrownBy(() -> pull.prefer("CPO", OPERATOR, "S 1/2", negative))
                .hasMessageContaining("energy_need");
    }

    private static void period(ObjectNode changes, String start) {
        changes.putArray("charging_periods")
                .addObject()
                .put("start_date_time", start)
                .putArray("dimensions")
                .addObject()
                .put("type", "ENERGY")
                .put("volume", 1);
    }
}
