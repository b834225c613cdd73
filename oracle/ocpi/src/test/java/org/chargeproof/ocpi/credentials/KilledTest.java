package org.chargeproof.ocpi.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two platforms is killed at a step of a registration or a renewal, and started again on what it had on disk. Each then reaches the
 * other, and what was interrupted can be done again.
 */
class KilledTest {
    /** Every step of both exchanges on both sides, once at least. */
    private static final int RUNS = Boolean.getBoolean("chargeproof.abuse") ? 1_000 : 80;

    /** How many steps there are on each side. */
    private static final int SENDER_REGISTERS = 20;

    private static final int SENDER_RENEWS = 14;
    private static final int RECEIVER_REGISTERS = 8;
    private static final int RECEIVER_RENEWS = 13;

    private static Vertx vertx;

    @TempDir
    private Path folder;

    /** The end of a process, as far as its threads can tell. */
    private static final class Killed extends Error {
        Killed(String step) {
            super(step, null, false, false);
        }
    }

    /** Kills at the n-th step, and lets nothing happen afterwards. */
    private static final class Killer implements Steps {
        private final int at;
        private int count;
        private String step = "";

        Killer(int at) {
            this.at = at;
        }

        @Override
        public synchronized void reached(String reached) {
            count++;
            if (count == at) {
                step = reached;
            }
            if (count >= at) {
                throw new Killed(reached);
            }
        }
    }

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        // a killed thread of the server has nothing more to say
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (!(e instanceof Killed)) {
                e.printStackTrace();
            }
        });
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    @Test
    void aPartnerStaysReachableWhereverOneIsKilled() {
        Map<String, Integer> steps = new TreeMap<>();
        for (int run = 0; run < RUNS; run++) {
            String killed = run(run);
            steps.merge(killed, 1, Integer::sum);
        }
        System.out.println(RUNS + " exchanges, killed at: " + steps);
        assertThat(steps.keySet())
                .as("every step of both sides")
                .contains(
                        "sender register sender:known",
                        "sender register sender:before-send",
                        "sender register sender:answered",
                        "sender register sender:done",
                        "sender renew sender:before-issue",
                        "sender renew sender:before-send",
                        "sender renew sender:answered",
                        "sender renew sender:done",
                        "receiver register receiver:discovered",
                        "receiver register receiver:before-answer",
                        "receiver renew receiver:before-discovery",
                        "receiver renew receiver:discovered",
                        "receiver renew receiver:before-answer",
                        "sender renew file:begin",
                        "sender renew file:half",
                        "sender renew file:written",
                        "sender renew file:moved",
                        "sender renew file:end",
                        "receiver renew file:half",
                        "receiver renew file:moved");
    }

    private String run(int run) {
        Random random = new Random(run);
        boolean isSender = run % 2 == 0;
        boolean isRenewal = run / 2 % 2 == 0;
        boolean isFromReceiver = random.nextBoolean();
        int steps = isSender
                ? (isRenewal ? SENDER_RENEWS : SENDER_REGISTERS)
                : (isRenewal ? RECEIVER_RENEWS : RECEIVER_REGISTERS);
        Killer killer = new Killer(1 + run / 4 % steps);
        // addresses and ports that no connection goes out from: what was closed can be opened again
        String host = "127.7." + run / 200 + "." + (1 + run % 200);
        Path senders = folder.resolve(run + "-sender.json");
        Path receivers = folder.resolve(run + "-receiver.json");

        String invitation = null;
        int senderPort = 20_001;
        int receiverPort = 20_002;
        try (Platform sender = platform(senders, host, senderPort, Role.SCSP, "SND", Steps.NONE);
                Platform receiver = platform(receivers, host, receiverPort, Role.CPO, "RCV", Steps.NONE)) {
            invitation = receiver.registration.invite("SND");
            if (isRenewal) {
                sender.registration.register("RCV", receiver.server.versionsUrl(), invitation);
                for (int i = random.nextInt(2); i > 0; i--) {
                    (isFromReceiver ? receiver : sender).registration.renew(isFromReceiver ? "SND" : "RCV");
                }
            }
        }
        String receiverUrl = "http://" + host + ":" + receiverPort + "/ocpi/versions";
        // the process that is killed stops answering at that moment
        Platform sender = platform(senders, host, senderPort, Role.SCSP, "SND", isSender ? killer : Steps.NONE);
        Platform receiver = platform(receivers, host, receiverPort, Role.CPO, "RCV", isSender ? Steps.NONE : killer);
        try {
            if (isRenewal) {
                sender.registration.renew("RCV");
            } else {
                sender.registration.register("RCV", receiverUrl, invitation);
            }
        } catch (Killed | CallFailedException e) {
            // that is what this is about
        } finally {
            sender.close();
            receiver.close();
        }

        try (Platform again = platform(senders, host, senderPort, Role.SCSP, "SND", Steps.NONE);
                Platform other = platform(receivers, host, receiverPort, Role.CPO, "RCV", Steps.NONE)) {
            String what = "run " + run + ", killed " + (isSender ? "sender" : "receiver") + " at " + killer.step;
            boolean isKnown =
                    again.partners.find("RCV").map(Partner::isRegistered).orElse(false);
            if (isRenewal || isKnown) {
                reach(what, again, "RCV", other, "SND");
                again.registration.renew("RCV");
            } else {
                again.registration.register("RCV", receiverUrl, invitation);
            }
            reach(what, again, "RCV", other, "SND");
            other.registration.renew("SND");
            reach(what, again, "RCV", other, "SND");
            assertThat(again.partners.find("RCV").orElseThrow().issued())
                    .as(what)
                    .hasSizeLessThanOrEqualTo(3);
        }
        return (isSender ? "sender " : "receiver ")
                + (isRenewal ? "renew " : "register ")
                + (killer.step.isEmpty() ? "(not at all)" : killer.step);
    }

    private static void reach(String what, Platform one, String other, Platform two, String first) {
        for (var way : List.of(Map.entry(one, other), Map.entry(two, first))) {
            List<String> failures = new ArrayList<>();
            try {
                String url = way.getKey().peers.endpoint(way.getValue(), ModuleId.CREDENTIALS, InterfaceRole.SENDER);
                way.getKey().peers.call(way.getValue(), "GET", url, null, null);
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e));
            }
            assertThat(failures).as(what + ", reaching " + way.getValue()).isEmpty();
        }
    }

    private static Platform platform(Path file, String host, int port, Role role, String party, Steps steps) {
        CompletionException busy = null;
        for (int attempt = 0; attempt < 50; attempt++) {
            try {
                return new Platform(
                        vertx,
                        file,
                        host,
                        port,
                        role,
                        party,
                        all -> List.of(),
                        ServerLimits.standard().withoutRates(),
                        steps);
            } catch (CompletionException e) {
                busy = e;
                LockSupport.parkNanos(100_000_000);
            }
        }
        throw busy;
    }
}
