package org.chargeproof.oracle.ocpi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.http.AddressPolicy.Block;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.platform.OcpiPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of backends that answer, and of those that do not, between two real platforms over loopback. */
class PartnerWatchTest {
    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private OcpiPlatform own;
    private OcpiPlatform backend;
    private int port;
    private PartnerWatch watch;

    private OcpiPlatform platform(String party, Role role, List<Block> allowed) {
        var policy = new OcpiConfig(new PartyId("XX", party), party, null, allowed, folder.resolve(party)).policy();
        return new OcpiPlatform(
                vertx,
                new OcpiPlatform.Settings(
                        role,
                        List.of(new PartyId("XX", party)),
                        party,
                        folder.resolve(party),
                        policy,
                        2_000,
                        ServerLimits.standard().withoutRates()));
    }

    private OcpiPlatform reopened(List<Block> allowed) {
        return platform("OWN", Role.SCSP, allowed);
    }

    private static List<Block> loopback() {
        return List.of(Block.of("127.0.0.0/8"));
    }

    private PartnerWatch watching(OcpiPlatform platform) {
        return new PartnerWatch(
                platform.partners(),
                partner -> platform.peers()
                        .call(partner.id(), "GET", Objects.requireNonNull(partner.versionsUrl()), null, null));
    }

    private void serveBackend(int at) {
        backend = platform("CPO", Role.CPO, loopback());
        port = backend.serve("127.0.0.1", at, "http://127.0.0.1:%d/ocpi", List.of());
    }

    @BeforeEach
    void register() {
        own = platform("OWN", Role.SCSP, loopback());
        own.serve("127.0.0.1", 0, "http://127.0.0.1:%d/ocpi", List.of());
        serveBackend(0);
        backend.registration()
                .register("oracle", own.versionsUrl(), own.registration().invite("backend"));
        watch = watching(own);
    }

    @AfterEach
    void stop() {
        watch.close();
        own.close();
        backend.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aBackendThatGoesAwayIsNamedUntilItIsBack() {
        watch.look();
        assertThat(watch.problem()).isEmpty();
        backend.close();
        watch.look();
        assertThat(watch.problem())
                .startsWith("the backend 'backend' does not answer by OCPI")
                .contains("Start it", "chargeproof ocpi list");
        serveBackend(port);
        watch.look();
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void aBackendThatForgotItsTokenIsToBeInvitedAgain() {
        backend.partners().remove("oracle");
        watch.look();
        assertThat(watch.problem()).contains("does not know the token that it gave", "chargeproof ocpi remove backend");
    }

    @Test
    void whoIsOnlyInvitedIsNotAsked() {
        own.registration().invite("later");
        watch.look();
        assertThat(watch.problem()).isEmpty();
        assertThat(own.partners().all().stream().filter(Partner::isRegistered).map(Partner::id))
                .containsExactly("backend");
    }

    /** As after a restart with other settings. */
    @Test
    void anAddressThatIsNotCalledIsNamed() {
        own.close();
        own = reopened(List.of());
        watch = watching(own);
        watch.look();
        assertThat(watch.problem()).contains("'backend' is at an address that is not called", "--ocpi-allow");
    }

    @Test
    void aLookThatIsInterruptedSaysNothing() {
        backend.close();
        Thread.currentThread().interrupt();
        try {
            watch.look();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(watch.problem()).isEmpty();
    }
}
