package org.chargeproof.ocpi.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.BusinessDetails;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.sessions.SessionsReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Platform one;
    private Platform two;

    @BeforeEach
    void start() {
        one = Platform.start(
                vertx, folder.resolve("one.json"), Role.SCSP, "ONE", all -> List.of(new SessionsReceiver(null)));
        two = Platform.start(vertx, folder.resolve("two.json"), Role.CPO, "TWO", all -> List.of());
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void bothSidesKnowEachOtherAfterTheRegistration() {
        Platform.connect(one, two);

        Partner ofOne = one.partners.find("TWO").orElseThrow();
        Partner ofTwo = two.partners.find("ONE").orElseThrow();
        assertThat(ofOne.version()).as("the newest that both speak").isEqualTo("2.3.0");
        assertThat(ofOne.parties()).containsExactly(new PartyId("DE", "TWO"));
        assertThat(ofTwo.parties()).containsExactly(new PartyId("DE", "ONE"));
        assertThat(ofTwo.endpoint(ModuleId.SESSIONS, InterfaceRole.RECEIVER)).isPresent();
        assertThat(ofTwo.endpoint(ModuleId.SESSIONS, InterfaceRole.SENDER)).isEmpty();
        assertThat(credentialsOf(one, "TWO").roles().getFirst().partyId()).isEqualTo("TWO");
        assertThat(credentialsOf(two, "ONE").token()).isEqualTo(ofTwo.tokens().getFirst());
    }

    @Test
    void anInvitationIsForTheRegistrationAloneAndEndsWithIt() {
        String invitation = two.registration.invite("ONE");
        String versions = two.server.versionsUrl();
        String credentials = two.server.url(Edge.V2_2_1, InterfaceRole.SENDER, ModuleId.CREDENTIALS);
        for (String method : List.of("PUT", "DELETE")) {
            assertThatThrownBy(() -> one.client.call(method, credentials, invitation, null, json("ONE")))
                    .hasMessageContaining("HTTP 405");
        }
        one.registration.register("TWO", versions, invitation);
        assertThatThrownBy(() -> one.client.call(
                        "POST",
                        credentials,
                        one.partners.find("TWO").orElseThrow().tokens().getFirst(),
                        null,
                        json("ONE")))
                .hasMessageContaining("HTTP 405");
        assertThatThrownBy(() -> one.client.call("GET", versions, invitation, null, null))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("401");
        String functional = one.server.url(Edge.V2_2_1, InterfaceRole.RECEIVER, ModuleId.SESSIONS);
        String other = one.registration.invite("XYZ");
        assertThatThrownBy(() -> two.client.call("GET", functional + "/DE/TWO/1", other, null, null))
                .hasMessageContaining("401");
    }

    @Test
    void renewedTokensEndTheOldOnesWhenTheyAreUsed() {
        Platform.connect(one, two);
        String before = one.partners.find("TWO").orElseThrow().tokens().getFirst();
        one.registration.renew("TWO");
        String after = one.partners.find("TWO").orElseThrow().tokens().getFirst();
        String versions = two.server.versionsUrl();

        assertThat(after).isNotEqualTo(before);
        one.client.call("GET", versions, before, null, null);
        one.client.call("GET", versions, after, null, null);
        assertThatThrownBy(() -> one.client.call("GET", versions, before, null, null))
                .hasMessageContaining("401");
    }

    @Test
    void bothSidesMayRenewAtOnce() {
        Platform.connect(one, two);
        for (int i = 0; i < 20; i++) {
            var renewed = CompletableFuture.runAsync(() -> two.registration.renew("ONE"));
            one.registration.renew("TWO");
            renewed.orTimeout(30, TimeUnit.SECONDS).join();

            assertThat(credentialsOf(one, "TWO").roles()).hasSize(1);
            assertThat(credentialsOf(two, "ONE").roles()).hasSize(1);
        }
        assertThat(one.partners.find("TWO").orElseThrow().issued()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void anUnregisteredPartnerIsForgottenByBoth() {
        Platform.connect(one, two);
        two.registration.unregister("ONE");

        assertThat(one.partners.all()).isEmpty();
        assertThat(two.partners.all()).isEmpty();
        Platform.connect(one, two);
        assertThat(credentialsOf(two, "ONE").roles()).hasSize(1);
    }

    @Test
    void aPlatformThatWasForgottenCanBeForgotten() {
        Platform.connect(one, two);
        one.partners.remove("TWO");
        two.registration.unregister("ONE");

        assertThat(two.partners.all()).isEmpty();
    }

    @Test
    void nobodyActsForThePartyOfAnother() {
        Platform.connect(one, two);
        try (Platform liar = Platform.start(vertx, folder.resolve("liar.json"), Role.CPO, "ONE", all -> List.of())) {
            String invitation = two.registration.invite("LIAR");
            assertThatThrownBy(() -> liar.registration.register("TWO", two.server.versionsUrl(), invitation))
                    .hasMessageContaining("OCPI 2001")
                    .hasMessageContaining("roles");
        }
        assertThat(two.partners.find("LIAR").orElseThrow().isRegistered()).isFalse();
    }

    @Test
    void whoAnswersInTheNameOfAnotherHasNoTokenThatWorks() {
        Platform.connect(one, two);
        try (Platform liar = Platform.start(vertx, folder.resolve("liar.json"), Role.CPO, "ONE", all -> List.of())) {
            String invitation = liar.registration.invite("TWO");
            assertThatThrownBy(() -> two.registration.register("LIAR", liar.server.versionsUrl(), invitation))
                    .isInstanceOf(BadObjectException.class)
                    .hasMessageContaining("another platform acts for");
        }
        assertThat(two.partners.find("LIAR").orElseThrow().issued()).isEmpty();
    }

    @Test
    void aTokenIsForNoModuleBeforeTheRegistrationIsComplete() {
        one.partners.add(new Partner(
                "TWO",
                List.of(new IssuedToken(Tokens.sha256("token"), false, false)),
                List.of(),
                null,
                null,
                List.of(),
                List.of()));
        String sessions = one.server.url(Edge.V2_2_1, InterfaceRole.RECEIVER, ModuleId.SESSIONS);

        two.client.call("GET", one.server.versionsUrl(), "token", null, null);
        assertThatThrownBy(() -> two.client.call("GET", sessions + "/DE/TWO/1", "token", null, null))
                .hasMessageContaining("401");
    }

    @Test
    void aPartyIsClaimedOnceThoughTwoClaimItInTheSameMoment() {
        var here = two.partners;
        here.add(new Partner("RIVAL", List.of(), List.of(), null, null, List.of(), List.of()));
        String invitation = one.registration.invite("TWO");
        var registration = new Registration(two.identity, new Raced(here), two.client);

        assertThatThrownBy(() -> registration.register("ONE", one.server.versionsUrl(), invitation))
                .hasMessageContaining("another platform acts for");
        assertThat(here.find("ONE").orElseThrow().isRegistered()).isFalse();
        assertThat(here.find("RIVAL").orElseThrow().parties()).containsExactly(new PartyId("DE", "ONE"));
    }

    /** A rival claims the party of ONE just before what is known of ONE is kept. */
    private record Raced(Partners partners) implements Partners {
        @Override
        public Collection<Partner> all() {
            return partners.all();
        }

        @Override
        public Optional<Partner> find(String id) {
            return partners.find(id);
        }

        @Override
        public Optional<Partner> byIssued(String sha256) {
            return partners.byIssued(sha256);
        }

        @Override
        public void add(Partner partner) {
            partners.add(partner);
        }

        @Override
        public Partner change(String id, UnaryOperator<Partner> change) {
            boolean isIssued = !partners.find(id).orElseThrow().issued().isEmpty();
            if (isIssued) {
                partners.change("RIVAL", rival -> rival.registered(Edge.V2_2_1, roles("ONE"), List.of()));
            }
            return partners.change(id, change);
        }

        @Override
        public void remove(String id) {
            partners.remove(id);
        }
    }

    @Test
    void aPartnerExchangesCredentialsOnceAtATime() throws IOException {
        String invitation = two.registration.invite("ONE");
        String credentials = two.server.url(Edge.V2_2_1, InterfaceRole.SENDER, ModuleId.CREDENTIALS);
        CompletableFuture<Void> first;
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(10_000);
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/versions";
            var body = OcpiJson.tree(new Credentials("token", url, roles("ONE")));
            first = CompletableFuture.runAsync(() -> one.client.call("POST", credentials, invitation, null, body));
            try (Socket asked = silent.accept()) {
                assertThat(asked.isConnected()).isTrue();
                assertThatThrownBy(() -> one.client.call("POST", credentials, invitation, null, body))
                        .hasMessageContaining("HTTP 429");
            }
        }
        assertThat(first).failsWithin(Duration.ofSeconds(10));
        // what was under way has ended
        one.registration.register("TWO", two.server.versionsUrl(), invitation);
    }

    @Test
    void whatAPartnerTellsOfItselfIsBounded() {
        Partner partner = new Partner("BIG", List.of(), List.of(), null, null, List.of(), List.of());
        var endpoint = new Endpoint("x".repeat(255), InterfaceRole.SENDER, "https://a.example/" + "x".repeat(230));
        String website = "https://a.example/" + "x".repeat(200);
        List<CredentialsRole> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            String id = String.format("%03d", i);
            many.add(new CredentialsRole(Role.CPO, new BusinessDetails(id, website, null), id, "DE"));
        }

        assertThatThrownBy(() -> partner.registered(Edge.V2_2_1, roles("BIG"), Collections.nCopies(256, endpoint)))
                .isInstanceOf(BadObjectException.class)
                .hasMessageContaining("endpoints: take");
        assertThatThrownBy(() -> partner.registered(Edge.V2_2_1, many, List.of()))
                .isInstanceOf(BadObjectException.class)
                .hasMessageContaining("roles: take");
        assertThat(partner.registered(Edge.V2_2_1, roles("BIG"), List.of(endpoint))
                        .isRegistered())
                .isTrue();
    }

    @Test
    void nothingIsWrittenThatCouldNotBeReadAgain() {
        Path file = folder.resolve("small.json");
        var partners = new FilePartners(file, Steps.NONE, 1_000);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        partners.add(
                                new Partner("PARTNER" + i, List.of(), List.of(), null, null, List.of(), List.of()));
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the limit is 1000");

        assertThat(partners.all()).isNotEmpty();
        assertThat(new FilePartners(file, Steps.NONE, 1_000).all()).isEqualTo(partners.all());
    }

    @Test
    void aPlatformWhoseVersionsCannotBeReachedIsToldSo() {
        String invitation = two.registration.invite("ONE");
        String credentials = two.server.url(Edge.V2_2_1, InterfaceRole.SENDER, ModuleId.CREDENTIALS);
        for (String url : List.of(
                "https://127.0.0.1:1/versions", "https://10.0.0.1/versions", "ftp://x/", two.server.versionsUrl())) {
            var body = OcpiJson.tree(new Credentials("token", url, roles("ONE")));
            assertThatThrownBy(() -> one.client.call("POST", credentials, invitation, null, body))
                    .as(url)
                    .hasMessageContaining("OCPI 3001");
        }
        var closed = OcpiJson.tree(new Credentials("token", "http://127.0.0.1:1/versions", roles("ONE")));
        assertThatThrownBy(() -> one.client.call("POST", credentials, invitation, null, closed))
                .hasMessageContaining("OCPI 3001")
                .as("no address")
                .hasMessageNotContaining("127.0.0.1:1");
    }

    @Test
    void modulesThatAreNeededMustBeThere() {
        var needy = new Registration(
                new Identity(
                        one.server::versionsUrl,
                        roles("ONE"),
                        List.of(new Need(ModuleId.CHARGINGPROFILES, InterfaceRole.RECEIVER))),
                one.partners,
                one.client);
        String invitation = two.registration.invite("ONE");

        assertThatThrownBy(() -> needy.register("TWO", two.server.versionsUrl(), invitation))
                .isInstanceOf(OcpiException.class)
                .hasMessageContaining("CHARGINGPROFILES as RECEIVER is missing");
    }

    @Test
    void theFileIsItsOwnersAndHoldsNoTokenThatOthersCallUsBy() throws IOException {
        String invitation = two.registration.invite("ONE");
        Path file = folder.resolve("two.json");

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(file)).doesNotContain(invitation).contains(Tokens.sha256(invitation));
        Files.writeString(file, "{");
        assertThatThrownBy(() -> new FilePartners(file)).hasMessageContaining("is no file of partners");
        Files.writeString(file, "{\"format\":2,\"partners\":[]}");
        assertThatThrownBy(() -> new FilePartners(file)).hasMessageContaining("has the format 2");
    }

    private static Credentials credentialsOf(Platform platform, String partner) {
        String url = platform.peers.endpoint(partner, ModuleId.CREDENTIALS, InterfaceRole.SENDER);
        return platform.peers
                .call(partner, "GET", url, null, null)
                .read(platform.peers.partner(partner).edge(), Credentials.class);
    }

    private JsonNode json(String party) {
        return OcpiJson.tree(new Credentials("token", one.server.versionsUrl(), roles(party)));
    }

    private static List<CredentialsRole> roles(String party) {
        return List.of(new CredentialsRole(Role.CPO, new BusinessDetails(party, null, null), party, "DE"));
    }
}
