package org.chargeproof.oracle.ocpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.TokenType;
import org.chargeproof.oracle.backend.ChargePointFeed.Point;
import org.chargeproof.oracle.backend.ChargePointFeed.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What partners may make an oracle believe of its charge points. */
class SessionBookTest {
    private static final PartyId OPERATOR = new PartyId("DE", "ABC");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Point POINT = new Point(7, "DE*ABC*E1", 22_000, 4_140);

    private final List<String> pulls = new ArrayList<>();
    private final ChargePoints points = new ChargePoints();
    private final DoorStore store = DoorStore.inMemory();
    private final EvseBook evses = evses(store);
    private final SessionBook book = new SessionBook(points, evses, store);

    @Test
    void refusesAllUntilTheLedgerIsRead() {
        assertThatThrownBy(() -> put("backend", session("S1", "DEABCE1", "1", SessionStatus.ACTIVE)))
                .isInstanceOf(OcpiException.class)
                .hasMessageContaining("reads the ledger");
    }

    @Test
    void tellsWhatASessionTookUntilItsEndIsSettled() {
        book.follow(List.of(POINT), NOON.getEpochSecond());
        assertThat(put("backend", session("S1", "DEABCE1", "1.2345", SessionStatus.ACTIVE)))
                .isTrue();
        assertThat(book.hasNews()).isTrue();
        assertThat(book.news()).singleElement().satisfies(news -> {
            assertThat(news.chargePoint()).isEqualTo(7);
            assertThat(news.status()).as("CHARGING").isEqualTo(2);
            assertThat(news.sessions()).extracting(Told::energyWh, Told::over).containsExactly(tuple(1_234L, false));
        });
        assertThat(book.hasNews()).isFalse();
        assertThat(book.ongoing(7)).isEqualTo(new SessionBook.Ongoing("backend", OPERATOR, "S1"));

        assertThat(put("backend", session("s1", "DEABCE1", "2", SessionStatus.COMPLETED)))
                .isFalse();
        assertThat(book.ongoing(7)).isNull();
        assertThat(put("backend", session("S2", "DE*ABC*E1", "0", SessionStatus.ACTIVE)))
                .isTrue();
        List<Told> told = book.news().getFirst().sessions();
        assertThat(told).extracting(Told::over).containsExactlyInAnyOrder(true, false);
        told.stream().filter(Told::over).forEach(each -> book.settled(7, each.session()));
        assertThat(book.news().getFirst().sessions()).extracting(Told::over).containsExactly(false);
    }

    @Test
    void takesAChargePointFromOnePartnerAlone() {
        book.follow(List.of(POINT), NOON.getEpochSecond());
        put("backend", session("S1", "DEABCE1", "1", SessionStatus.ACTIVE));
        assertThatThrownBy(() -> put("stranger", session("S9", "DEABCE1", "900", SessionStatus.ACTIVE)))
                .isInstanceOf(OcpiException.class)
                .hasMessageContaining("another platform tells of DE*ABC*E1");
        evses.forget("backend");
        assertThat(put("stranger", session("S9", "DEABCE1", "900", SessionStatus.ACTIVE)))
                .isTrue();
    }

    @Test
    void givesTheChargePointsOfAPartnerThatHasUnregisteredToTheNextOne() {
        book.follow(List.of(POINT), NOON.getEpochSecond());
        put("gone", session("S1", "DEABCE1", "1", SessionStatus.ACTIVE));
        assertThat(put("backend", session("S9", "DEABCE1", "2", SessionStatus.ACTIVE)))
                .isTrue();
        assertThat(book.ongoing(7)).isEqualTo(new SessionBook.Ongoing("backend", OPERATOR, "S9"));
        book.forget("gone");
        assertThat(book.news().getFirst().sessions()).hasSize(1);
    }

    @Test
    void asksForLocationsOnceAMinuteWhateverIsUnknown() {
        book.follow(List.of(POINT), NOON.getEpochSecond());
        for (int i = 0; i < 1_000; i++) {
            String unknown = "NOBODY" + i;
            assertThatThrownBy(() -> put("backend", session("S" + unknown, unknown, "1", SessionStatus.ACTIVE)))
                    .isInstanceOf(OcpiException.class)
                    .hasMessageContaining("registered on the ledger");
        }
        assertThat(pulls).containsExactly("backend");
        assertThat(book.news()).isEmpty();
    }

    @Test
    void boundsWhatOneChargePointCanHaveAndTake() {
        book.follow(List.of(POINT), NOON.getEpochSecond());
        for (int i = 0; i < 16; i++) {
            put("backend", session("S" + i, "DEABCE1", "1", SessionStatus.COMPLETED));
        }
        assertThatThrownBy(() -> put("backend", session("S16", "DEABCE1", "1", SessionStatus.ACTIVE)))
                .isInstanceOf(OcpiException.class)
                .hasMessageContaining("16 sessions at DE*ABC*E1");
        assertThatThrownBy(() -> put("backend", session("S1", "DEABCE1", "-1", SessionStatus.ACTIVE)))
                .isInstanceOf(BadObjectException.class)
                .hasMessageContaining("from 0 to 1000000");
        assertThatThrownBy(() -> put("backend", session("S1", "DEABCE1", "1E+19", SessionStatus.ACTIVE)))
                .isInstanceOf(BadObjectException.class);
    }

    @Test
    void refusesASessionOfTheFarFuture() {
        book.follow(List.of(POINT), NOON.getEpochSecond() - 2 * 86_400);
        assertThatThrownBy(() -> put("backend", session("S1", "DEABCE1", "1", SessionStatus.ACTIVE)))
                .isInstanceOf(BadObjectException.class)
                .hasMessageContaining("more than a day ahead");
    }

    @Test
    void doesNotLetASessionMove() {
        book.follow(List.of(POINT, new Point(8, "DE*ABC*E2", 22_000, 0)), NOON.getEpochSecond());
        put("backend", session("S1", "DEABCE1", "1", SessionStatus.ACTIVE));
        assertThatThrownBy(() -> put("backend", session("S1", "DEABCE2", "1", SessionStatus.ACTIVE)))
                .isInstanceOf(OcpiException.class)
                .hasMessageContaining("Sessions do not move");
    }

    @Test
    void knowsAfterARestartWhatItWasToldButNotWhoCharges(@TempDir Path folder) throws IOException {
        var partner = "backend";
        try (var kept = DoorStore.open(folder)) {
            var before = new SessionBook(points, evses(kept), kept);
            before.follow(List.of(POINT), NOON.getEpochSecond());
            before.put(partner, OPERATOR, session("S1", "DEABCE1", "1", SessionStatus.COMPLETED));
            before.put(partner, OPERATOR, session("S2", "DEABCE1", "0.5", SessionStatus.ACTIVE));
        }
        try (var kept = DoorStore.open(folder)) {
            var after = new SessionBook(points, evses(kept), kept);
            assertThat(after.hasNews()).isTrue();
            assertThat(after.ongoing(7)).isEqualTo(new SessionBook.Ongoing(partner, OPERATOR, "S2"));
            assertThat(after.news().getFirst().sessions())
                    .extracting(Told::energyWh, Told::over)
                    .containsExactlyInAnyOrder(tuple(1_000L, true), tuple(500L, false));
            assertThatThrownBy(() ->
                            after.put("stranger", OPERATOR, session("S9", "DEABCE1", "900", SessionStatus.ACTIVE)))
                    .isInstanceOf(OcpiException.class)
                    .hasMessageContaining("another platform tells of DE*ABC*E1");
            after.news().getFirst().sessions().stream()
                    .filter(Told::over)
                    .forEach(each -> after.settled(7, each.session()));
        }
        try (var kept = DoorStore.open(folder)) {
            assertThat(kept.sessions()).extracting(each -> each.session().id()).containsExactly("S2");
            var book = new SessionBook(points, evses(kept), kept);
            book.forget(partner);
        }
        try (var kept = DoorStore.open(folder)) {
            assertThat(kept.sessions()).isEmpty();
        }
        try (var files = Files.list(folder)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain("123abc", "C12345678"));
        }
    }

    private EvseBook evses(DoorStore kept) {
        return new EvseBook(
                points,
                (partner, operator) -> {
                    pulls.add(partner);
                    return new Pull<Location>(List.of(), List.of(), 0);
                },
                name -> !name.equals("gone"),
                kept);
    }

    private boolean put(String partner, Session session) {
        return book.put(partner, OPERATOR, session);
    }

    private static Session session(String id, String evseUid, String kwh, SessionStatus status) {
        return new Session(
                "DE",
                "ABC",
                id,
                NOON,
                null,
                new BigDecimal(kwh),
                new CdrToken("DE", "EMS", "123abc", TokenType.RFID, "DE-EMS-C12345678"),
                AuthMethod.WHITELIST,
                null,
                "LOC1",
                evseUid,
                "1",
                null,
                "EUR",
                List.of(),
                null,
                status,
                NOON.plusSeconds(60));
    }
}
