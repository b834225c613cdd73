package org.chargeproof.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that signs and takes vouchers is killed (SIGKILL) at random points, again and again: what it said that it had signed or
 * accepted is there, and nothing is signed twice with another amount. 1,000 points with {@code -Pabuse}.
 */
class KilledTest {
    private static final int KILLS = Boolean.getBoolean("chargeproof.abuse") ? 1_000 : 8;
    private static final int LANES = 8;
    /** So small that journals are written anew all the time. */
    private static final long COMPACTION_BYTES = 20_000;

    private static final Channel CHANNEL = Fixture.CHANNEL.withMostMicroEuro(1L << 50);

    @Test
    void losesNothingAndRepeatsNothing(@TempDir Path folder) throws Exception {
        var random = new Random(KILLS);
        // what the world has seen of each step of a lane, and the most that was acknowledged to it
        var sent = new HashMap<Bytes32, Map<Long, Bytes>>();
        long signed = 0;
        long accepted = 0;
        Path output = folder.resolve("output");
        for (int kill = 0; kill < KILLS; kill++) {
            var child = start(folder, output, String.valueOf(kill));
            // some die while they read what the one before has left
            long nanos = random.nextInt(8) == 0 ? random.nextInt(300_000_000) : -1;
            if (nanos < 0) {
                while (Files.size(output) == 0) {
                    assertThat(child.isAlive()).isTrue();
                    Thread.sleep(2);
                }
                nanos = random.nextInt(150_000_000);
            }
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
            child.destroyForcibly().waitFor();
            for (String line : Files.readAllLines(output, StandardCharsets.US_ASCII)) {
                if (line.length() != 2 + 2 * SignedVoucher.BYTES) {
                    // torn, or "ready"
                    continue;
                }
                var bytes = Bytes.fromHexString("0x" + line.substring(2));
                var voucher = SignedVoucher.fromBytes(bytes.toArray()).voucher();
                var before = sent.computeIfAbsent(voucher.lane(), l -> new HashMap<>())
                        .put(voucher.laneMicroEuro(), bytes);
                assertThat(before).isIn(null, bytes);
                if (line.charAt(0) == 'S') {
                    signed = Math.max(signed, voucher.totalMicroEuro());
                } else {
                    accepted = Math.max(accepted, voucher.totalMicroEuro());
                }
            }
            requireKept(folder, sent, signed, accepted);
        }
        System.out.println(
                KILLS + " kills: " + sent.values().stream().mapToLong(Map::size).sum()
                        + " vouchers, none lost, none repeated with another amount");
        assertThat(sent).hasSize(LANES);
    }

    private static Process start(Path folder, Path output, String seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        seed)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void requireKept(Path folder, Map<Bytes32, Map<Long, Bytes>> sent, long signed, long accepted)
            throws IOException {
        try (var payer = Payer.open(folder.resolve("payer"), Fixture.DOMAIN, PaymentLimits.DEFAULTS);
                var payee = Payee.open(folder.resolve("payee"), Fixture.DOMAIN, PaymentLimits.DEFAULTS)) {
            if (signed == 0) {
                return;
            }
            assertThat(payer.signedMicroEuro(CHANNEL.id())).isGreaterThanOrEqualTo(signed);
            assertThat(payee.channels().isEmpty() ? 0 : payee.acceptedMicroEuro(CHANNEL.id()))
                    .isGreaterThanOrEqualTo(accepted);
            sent.forEach((lane, steps) -> steps.forEach((microEuro, voucher) ->
                    assertThat(payer.paidMicroEuro(CHANNEL.id(), lane)).isGreaterThanOrEqualTo(microEuro)));
        }
    }

    /** Signs and takes until it is killed, and says what others would have seen. */
    public static final class Child {
        private Child() {}

        /** Runs; arguments are a folder and a seed. */
        public static void main(String[] arguments) {
            var folder = Path.of(arguments[0]);
            var random = new Random(Long.parseLong(arguments[1]));
            var out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
            var id = CHANNEL.id();
            try (var payer = Payer.open(
                            folder.resolve("payer"), Fixture.DOMAIN, PaymentLimits.DEFAULTS, COMPACTION_BYTES);
                    var payee = Payee.open(
                            folder.resolve("payee"), Fixture.DOMAIN, PaymentLimits.DEFAULTS, COMPACTION_BYTES)) {
                payer.use(CHANNEL, Fixture.KEY);
                payee.use(CHANNEL);
                say(out, "ready");
                while (true) {
                    var lane = Fixture.lane(1 + random.nextInt(LANES));
                    // another amount in each process, so that a repetition would show
                    long microEuro = payer.paidMicroEuro(id, lane) + 1 + random.nextInt(40_000);
                    payer.meter(id, lane, 0, microEuro);
                    for (var payment : payer.pay(id, List.of(new Demand(lane, 0, microEuro)))) {
                        var voucher = ((Payment.Signed) payment).voucher();
                        say(out, "S " + Bytes.wrap(voucher.toBytes()).toUnprefixedHexString());
                        if (payee.receive(voucher).outcome() == Receipt.Outcome.ACCEPTED) {
                            say(out, "A " + Bytes.wrap(voucher.toBytes()).toUnprefixedHexString());
                        }
                    }
                }
            }
        }

        private static void say(PrintStream out, String line) {
            out.println(line);
            out.flush();
        }
    }
}
