package org.chargeproof.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BillingTest {
    private static final int RANDOM_INPUTS = Boolean.getBoolean("chargeproof.long") ? 500 : 120;
    private static final int FIRST = RandomInputs.FIRST_TIMESTEP;
    private static final long EURO = 1_000_000;

    @Test
    void givesTheBillsOfTheBook() {
        var random = new Random(1);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            byte[] input = RandomInputs.input(random).encode();
            assertThat(Algorithm.run(input)).as("input %d", i).isEqualTo(ByTheBook.bills(input));
        }
    }

    @Test
    void readsWhatItWrites() {
        var random = new Random(2);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            byte[] input = RandomInputs.input(random).encode();
            assertThat(BillingInput.decode(input).encode()).isEqualTo(input);
        }
    }

    /** 40 kWh at 0.30 euros and a margin of 0.05, 21 % VAT. */
    @Test
    void roundsEachAmountDownOnce() {
        Bill bill = Bill.of(stay(0, 4, 10_000), 7, new Terms(1_000, 0), 0, 0);
        assertThat(bill.costMicroEuro()).isEqualTo(12 * EURO);
        assertThat(bill.marginMicroEuro()).isEqualTo(2 * EURO);
        assertThat(bill.vatMicroEuro()).isEqualTo(2_940_000);
        assertThat(bill.owedMicroEuro()).isEqualTo(14_520_000);
        assertThat(bill.chargedMicroEuro()).isEqualTo(16_940_000);
        // 10 kWh were promised and not delivered: a tenth of their price
        assertThat(bill.compensationMicroEuro()).isEqualTo(300_000);
    }

    @Test
    void whoLeavesBeforeItsDepartureIsOwedNothing() {
        Stay left = stay(0, 3, 10_000);
        assertThat(left.shortfallWh()).isZero();
        assertThat(stay(0, 4, 10_000).shortfallWh()).isEqualTo(10_000);
        assertThat(stay(0, 4, 13_000).shortfallWh()).isZero();
    }

    /** Charging as soon as one is plugged in moves nothing, whatever one says about one's departure. */
    @Test
    void whoChargesAtOnceHasGivenNothing() {
        Stay stay = stay(0, 4, 12_500);
        var input = new BillingInput(
                new Terms(0, 1_000_000), 7, FIRST, new int[] {30_000, 30_000, 20_000, 12_500}, List.of(stay));
        assertThat(Flexibility.of(input, stay)).isZero();
    }

    /** Energy of a step where others take 40 kWh, taken in one where nobody takes any: 2 * 40,000 * 5,000 Wh^2. */
    @Test
    void waitingIsWorthWhatThePeakWouldHaveRisen() {
        Stay stay = later(5_000);
        var input = new BillingInput(new Terms(0, 1_000_000), 7, FIRST, new int[] {40_000, 5_000}, List.of(stay));
        assertThat(Flexibility.of(input, stay)).isEqualTo(400_000_000L);
        // two hundred kWh^2 as they are, and half of them with half of kappa
        assertThat(tokens(input)).isEqualTo(400_000_000L);
        assertThat(tokens(new BillingInput(new Terms(0, 500_000), 7, FIRST, input.loadWh(), List.of(stay))))
                .isEqualTo(200_000_000L);
    }

    @Test
    void waitingForAPeakIsWorthNothing() {
        Stay stay = later(5_000);
        var input = new BillingInput(new Terms(0, 1_000_000), 7, FIRST, new int[] {0, 45_000}, List.of(stay));
        assertThat(Flexibility.of(input, stay)).isZero();
        assertThat(tokens(input)).isZero();
    }

    /** However a demand at one plug is parted among sessions, together they are worth what the best of their beginnings is. */
    @Test
    void partingADemandGainsNothing() {
        var random = new Random(3);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            int steps = 4 + random.nextInt(40);
            int[] loadWh = new int[steps];
            int[] meteredWh = new int[steps];
            for (int t = 0; t < steps; t++) {
                meteredWh[t] = random.nextInt(12_500);
                loadWh[t] = meteredWh[t] + random.nextInt(60_000) - 5_000;
            }
            var parts = new ArrayList<int[]>();
            long parted = 0;
            long best = 0;
            for (int from = 0; from < steps; ) {
                int to = from + 1 + random.nextInt(steps - from);
                int[] own = Arrays.copyOfRange(meteredWh, from, to);
                Stay part = make(i + 1, FIRST + from, FIRST + to, List.copyOf(parts), own);
                parted += Flexibility.of(input(loadWh, part), part);
                Stay whole = make(i + 1, FIRST, FIRST + to, List.of(), Arrays.copyOf(meteredWh, to));
                best = Math.max(best, Flexibility.of(input(loadWh, whole), whole));
                parts.add(own);
                from = to;
            }
            assertThat(parted).as("input %d", i).isEqualTo(best);
        }
    }

    private static BillingInput input(int[] loadWh, Stay stay) {
        return new BillingInput(new Terms(0, 1_000_000), 7, FIRST, loadWh, List.of(stay));
    }

    /** One left a step for the one behind it, which another left for its next: both saved what one of them did. */
    @Test
    void tokensAreBoundByWhatWasSaved() {
        int[] loadWh = {12_500, 12_500, 12_500};
        Stay one = make(1, FIRST, FIRST + 2, List.of(), new int[] {0, 12_500});
        Stay next = make(2, FIRST + 1, FIRST + 3, List.of(), new int[] {0, 12_500});
        long alone = 312_500_000;
        assertThat(Flexibility.of(input(loadWh, one), one)).isEqualTo(alone);
        assertThat(Flexibility.of(input(loadWh, next), next)).isEqualTo(alone);
        assertThat(tokens(new BillingInput(new Terms(0, 1_000_000), 7, FIRST, loadWh, List.of(one, next))))
                .isEqualTo(alone);
    }

    @Test
    void refusesWhatIsNotOneWholeInput() {
        byte[] input = new BillingInput(new Terms(0, 0), 7, FIRST, new int[4], List.of(stay(0, 4, 10_000))).encode();
        for (int length = 0; length < input.length; length++) {
            byte[] cut = Arrays.copyOf(input, length);
            assertThatThrownBy(() -> Algorithm.run(cut)).isInstanceOf(InvalidInputException.class);
        }
        byte[] more = Arrays.copyOf(input, input.length + 1);
        assertThatThrownBy(() -> Algorithm.run(more)).hasMessageContaining("1 stray bytes");
    }

    /** Any flipped bit is either refused, or another input: never an error of another kind. */
    @Test
    void refusesOrTakesWhateverBytes() {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] input = RandomInputs.input(random).encode();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                byte[] bills = Algorithm.run(input);
                assertThat(bills.length % Bill.BYTES).isZero();
            } catch (InvalidInputException e) {
                assertThat(e).hasMessageMatching("(?s).+\\. .+\\.");
            }
        }
    }

    @Test
    void refusesAGreenerSessionThanItsMeter() {
        Stay stay = stay(0, 4, 10_000);
        stay.greenWh()[2] = 10_001;
        byte[] input = new BillingInput(new Terms(0, 0), 7, FIRST, new int[4], List.of(stay)).encode();
        assertThatThrownBy(() -> Algorithm.run(input)).hasMessageContaining("greenWh is 10001, allowed is 0 to 10000");
    }

    @Test
    void refusesSessionsOutOfOrder() {
        Stay stay = stay(0, 4, 10_000);
        byte[] input = new BillingInput(new Terms(0, 0), 7, FIRST, new int[4], List.of(stay, stay)).encode();
        assertThatThrownBy(() -> Algorithm.run(input)).hasMessageContaining("session is 1, allowed is 2 to");
    }

    /** The largest numbers that an input can hold fit. */
    @Test
    void computesTheLargestInput() {
        int[] loadWh = new int[BillingInput.MOST_STEPS];
        Arrays.fill(loadWh, BillingInput.MOST_LOAD_WH);
        int[] meteredWh = new int[BillingInput.MOST_STAY_STEPS];
        Arrays.fill(meteredWh, BillingInput.MOST_WH_PER_STEP);
        var stays = new ArrayList<Stay>();
        for (int i = 1; i <= 200; i++) {
            stays.add(new Stay(
                    i,
                    new byte[20],
                    255,
                    60,
                    19_999,
                    FIRST + 768,
                    FIRST + 1_536,
                    FIRST,
                    List.of(meteredWh),
                    FIRST,
                    BillingInput.MOST_WH_PER_STEP,
                    true,
                    true,
                    0,
                    BillingInput.MOST_REGISTER_WH,
                    BillingInput.MOST_LOAD_WH,
                    BillingInput.MOST_PER_KWH_E4,
                    BillingInput.MOST_PER_KWH_E4,
                    BillingInput.MOST_VAT_E4,
                    new byte[32],
                    meteredWh,
                    new int[meteredWh.length]));
        }
        byte[] input = new BillingInput(new Terms(100_000, 100_000_000), 7, FIRST, loadWh, stays).encode();
        assertThat(Algorithm.run(input)).hasSize(200 * Bill.BYTES);
    }

    /** Held from version 1 on. */
    @Test
    void goldenVector() throws IOException {
        var input = new BillingInput(
                new Terms(1_000, 1_000_000), 7, FIRST, new int[] {40_000, 5_000, -300}, List.of(later(5_000)));
        assertThat(HexFormat.of().formatHex(input.encode())).isEqualTo(golden("waits.input.hex"));
        assertThat(HexFormat.of().formatHex(Algorithm.run(input.encode()))).isEqualTo(golden("waits.bills.hex"));
    }

    private static String golden(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/golden", name)).strip();
    }

    private static long tokens(BillingInput input) {
        byte[] bills = Algorithm.run(input.encode());
        long tokens = 0;
        for (int at = 0; at < bills.length; at += Bill.BYTES) {
            tokens += ByteBuffer.wrap(bills).getLong(at + 144);
        }
        return tokens;
    }

    /** Four timesteps with the same energy in each; 50 kWh promised by their end. */
    private static Stay stay(int from, int to, int whPerStep) {
        int[] meteredWh = new int[to - from];
        Arrays.fill(meteredWh, whPerStep);
        return make(1, FIRST + from, FIRST + to, List.of(), meteredWh);
    }

    /** Two timesteps, all of it in the second. */
    private static Stay later(int wh) {
        return make(1, FIRST, FIRST + 2, List.of(), new int[] {0, wh});
    }

    private static Stay make(int session, int from, int to, List<int[]> earlier, int[] meteredWh) {
        byte[] account = new byte[20];
        Arrays.fill(account, (byte) 0xac);
        byte[] records = new byte[32];
        Arrays.fill(records, (byte) 0x5e);
        return new Stay(
                session,
                account,
                61,
                2,
                5,
                from,
                to,
                earlier.isEmpty() ? from : FIRST,
                earlier,
                FIRST + 4,
                12_500,
                true,
                true,
                1_000,
                41_000,
                50_000,
                3_000,
                500,
                2_100,
                records,
                meteredWh,
                new int[meteredWh.length]);
    }
}
