package org.chargeproof.ocpi.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that renews its credentials without end is killed by the system, and started again on what it left on the disk. */
class KilledProcessTest {
    private static final int KILLS = Boolean.getBoolean("chargeproof.abuse") ? 30 : 2;
    private static final String HOST = "127.7.100.1";
    private static final int CHILD_PORT = 20_001;
    private static final int PORT = 20_002;

    @TempDir
    private Path folder;

    @Test
    void aPartnerStaysReachableWhenTheProcessIsKilled() throws IOException {
        Vertx vertx = Vertx.vertx();
        Random random = new Random(3);
        Path file = folder.resolve("child.json");
        int renewals = 0;
        try (Platform parent = platform(vertx, folder.resolve("parent.json"), PORT, Role.CPO, "RCV")) {
            try (Platform child = platform(vertx, file, CHILD_PORT, Role.SCSP, "SND")) {
                Platform.connect(child, parent);
            }
            for (int i = 0; i < KILLS; i++) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledProcessTest.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                    assertThat(out.readLine()).isEqualTo("renewed");
                    LockSupport.parkNanos(random.nextLong(200_000_000));
                    // unlike the process itself, its handle leaves the output to be read
                    assertThat(process.toHandle().destroyForcibly()).isTrue();
                    renewals += 1 + out.lines().toList().size();
                } finally {
                    process.destroyForcibly();
                }
                process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
                try (Platform again = platform(vertx, file, CHILD_PORT, Role.SCSP, "SND")) {
                    reach(again, "RCV");
                    reach(parent, "SND");
                    again.registration.renew("RCV");
                    parent.registration.renew("SND");
                    reach(again, "RCV");
                    reach(parent, "SND");
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        System.out.println(KILLS + " processes killed in " + renewals + " renewals");
    }

    private static void reach(Platform platform, String partner) {
        String url = platform.peers.endpoint(partner, ModuleId.CREDENTIALS, InterfaceRole.SENDER);
        assertThat(platform.peers.call(partner, "GET", url, null, null).ocpiStatus())
                .isEqualTo(1000);
    }

    private static Platform platform(Vertx vertx, Path file, int port, Role role, String party) {
        RuntimeException busy = null;
        for (int attempt = 0; attempt < 50; attempt++) {
            try {
                return new Platform(
                        vertx,
                        file,
                        HOST,
                        port,
                        role,
                        party,
                        all -> List.of(),
                        ServerLimits.standard().withoutRates(),
                        Steps.NONE);
            } catch (CompletionException e) {
                busy = e;
                LockSupport.parkNanos(100_000_000);
            }
        }
        throw busy;
    }

    /** The process that is killed. */
    public static void main(String[] arguments) {
        Platform child = platform(Vertx.vertx(), Path.of(arguments[0]), CHILD_PORT, Role.SCSP, "SND");
        while (true) {
            try {
                child.registration.renew("RCV");
                System.out.println("renewed");
            } catch (CallFailedException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
