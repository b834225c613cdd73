package org.chargeproof.view.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks for bills, and who has to wait for them. */
@Timeout(60)
class OwnBillsTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int EVERY = 4;
    private static final int SETTLEMENT = 2_000_000 + EVERY;
    private static final long SNAPSHOT = 17;
    private static final Bytes ADDRESS = Bytes.repeat((byte) 1, 20);
    private static final byte[] JAR = jar();
    private static final Bytes32 PROGRAM = Sha256.of(JAR);
    private static final int FIRST_SESSION = 7;
    private static final int SESSIONS = 100;
    /** Longer than any test takes that passes. */
    private static final long LONG_MILLIS = 20_000;

    @Test
    void nobodyHashesAllBillsToShowOne() {
        var reads = new AtomicInteger();
        var settlement = settlement(counted(bills(), reads));
        try (var verifier = new BillVerifier(timestep -> settlement)) {
            var own = Objects.requireNonNull(
                    begun(verifier, SESSIONS).ask(LONG_MILLIS).bills());
            var root = MerkleTree.root(bills());
            reads.set(0);
            for (int i = 0; i < SESSIONS; i++) {
                assertThat(own.indexOf(FIRST_SESSION + i)).isEqualTo(i);
                assertThat(own.proof(i)).isEqualTo(MerkleTree.proof(bills(), i));
                assertThat(own.billsRoot()).isEqualTo(root);
                assertThat(own.differenceTo(posted(root))).isNull();
                assertThat(Objects.requireNonNull(own.differenceTo(posted(root.not())))
                                .recomputed())
                        .isEqualTo(root.toHexString());
            }
            // the logarithm of them, for each that is looked for
            assertThat(reads).hasValueLessThanOrEqualTo(7 * SESSIONS);
            assertThat(own.indexOf(FIRST_SESSION - 1)).isNegative();
            assertThat(own.indexOf(FIRST_SESSION + SESSIONS)).isNegative();
        }
    }

    /** What is remembered is bounded by bytes, and the tree is of them. */
    @Test
    void countsTheTreeWithTheBills() {
        try (var verifier = new BillVerifier(BillSource.computingWhenAsked())) {
            assertThat(begun(verifier, SESSIONS).bytes())
                    .isGreaterThan((IssuedBill.BYTES + 2L * Bytes32.SIZE) * SESSIONS);
        }
    }

    @Test
    void oneWaitsAndTheOthersAreToldAtOnce() throws Exception {
        var release = new CountDownLatch(1);
        var settlement = settlement(bills());
        try (var verifier = new BillVerifier(timestep -> {
            await(release);
            return settlement;
        })) {
            var bills = begun(verifier, SESSIONS);
            var other = begun(verifier, SESSIONS);
            var answer = new CompletableFuture<OwnBills.Answer>();
            var waiting = Thread.ofPlatform().start(() -> answer.complete(bills.ask(LONG_MILLIS)));
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            long begunNanos = System.nanoTime();
            for (var asked : List.of(bills, other, bills)) {
                assertThat(asked.ask(LONG_MILLIS).problem())
                        .isEqualTo("the bills of settlement " + SETTLEMENT + " are being computed: ask again");
            }
            assertThat(System.nanoTime() - begunNanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(LONG_MILLIS / 2));
            release.countDown();
            assertThat(answer.get().bills()).isNotNull();
            assertThat(bills.ask(0).bills()).isNotNull();
            // who waits next may
            assertThat(other.ask(LONG_MILLIS).bills()).isNotNull();
        }
    }

    @Test
    void aProgramThatBillsOtherSessionsGivesNoBills() {
        try (var verifier = verifier(() -> Bytes.wrap(JAR))) {
            assertThat(begun(verifier, 1).ask(LONG_MILLIS))
                    .isEqualTo(new OwnBills.Answer(
                            null,
                            "the program that computes bills gave others than those of settlement " + SETTLEMENT
                                    + ": bill 0 is of session 99, not 7"));
            assertThat(begun(verifier, 2).ask(LONG_MILLIS).problem()).endsWith("1 bills of 2 sessions");
        }
    }

    /** Blocks are followed by the thread of this test. */
    @Test
    void whoFollowsTheChainNeitherReadsNorAwaitsAProgram() throws Exception {
        var reads = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var verifier = verifier(() -> {
            reads.countDown();
            await(release);
            throw new IllegalStateException("the node does not have block 5");
        })) {
            var bills = begun(verifier, 1);
            assertThat(reads.getCount()).isOne();
            assertThat(bills.ask(0).problem()).contains("being computed");
            reads.await();
            verifier.onChunk(PROGRAM, 2, 0, () -> Bytes.wrap(JAR));
            verifier.onActivated(PROGRAM);
            assertThat(begun(verifier, 1)).isNotNull();
            release.countDown();
            assertThat(bills.ask(LONG_MILLIS).problem()).isEqualTo("the node does not have block 5");
        }
    }

    private static BillVerifier verifier(Supplier<Bytes> chunk) {
        var verifier = new BillVerifier(BillSource.computingWhenAsked());
        verifier.onChunk(PROGRAM, 1, 0, chunk);
        verifier.onActivated(PROGRAM);
        return verifier;
    }

    private static OwnBills begun(BillVerifier verifier, int sessions) {
        var state = new BillingState(PARAMETERS);
        state.apply(new LedgerEvent.MarketLinked(
                ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, EVERY, 1, 1_000, 1_000_000));
        state.applyValuation(new LedgerEvent.AlgorithmActivated(PROGRAM, SETTLEMENT - EVERY));
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 40_000, 10_000, 1, 200));
        int from = SETTLEMENT - 3;
        for (int i = 0; i < sessions; i++) {
            int session = FIRST_SESSION + i;
            state.apply(new LedgerEvent.ChargePointRegistered(i, 0, 1, 22_000, 0, "NO*AUR*E" + i));
            state.apply(new LedgerEvent.ChargingRequested(
                    session, i, ADDRESS, 1, 1_000, 1_000, from, from + 2, true, from, from - 1));
            state.apply(new LedgerEvent.RequestDecided(session, from, true, 0, 0, 0));
        }
        return Objects.requireNonNull(verifier.begin(state, SETTLEMENT, SNAPSHOT));
    }

    private static List<Bytes> bills() {
        return IntStream.range(0, SESSIONS)
                .mapToObj(i -> Bytes.concatenate(
                        Bytes.of(1, 2, 3, 4),
                        Bytes.ofUnsignedInt(FIRST_SESSION + i),
                        Bytes.repeat((byte) 0, IssuedBill.BYTES - 8)))
                .toList();
    }

    private static List<Bytes> counted(List<Bytes> bills, AtomicInteger reads) {
        return new AbstractList<>() {
            @Override
            public Bytes get(int index) {
                reads.incrementAndGet();
                return bills.get(index);
            }

            @Override
            public int size() {
                return bills.size();
            }
        };
    }

    private static Settlement settlement(List<Bytes> bills) {
        return new Settlement(SETTLEMENT, SNAPSHOT, PROGRAM, bills, Bytes.EMPTY, 0);
    }

    private static LedgerEvent.SettlementPosted posted(Bytes32 root) {
        return new LedgerEvent.SettlementPosted(SETTLEMENT, 1, 0, SNAPSHOT, PROGRAM, root, SESSIONS, 0, Bytes.EMPTY);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] jar() {
        var manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Algorithm-Class", OneBill.class.getName());
        manifest.getMainAttributes().putValue("Input-Version", "1");
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest);
                var code = Objects.requireNonNull(OneBill.class.getResourceAsStream("OneBill.class"))) {
            jar.putNextEntry(new JarEntry(OneBill.class.getName().replace('.', '/') + ".class"));
            code.transferTo(jar);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
