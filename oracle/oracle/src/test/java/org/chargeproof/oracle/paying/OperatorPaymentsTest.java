package org.chargeproof.oracle.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.view.follow.MemoryChain.CHARGING;

import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.VoucherDomain;
import org.chargeproof.payment.chain.ChannelOnChain;
import org.chargeproof.payment.http.PayeeServer;
import org.chargeproof.payment.signature.VoucherKey;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.chargeproof.view.verify.PlanSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;
import org.web3j.crypto.Credentials;

/** A provider pays what the ledger shows, over HTTP to a real payee, from a chain in memory; and no more, whatever the operator's meter says. */
class OperatorPaymentsTest {
    private static final int TIMESTEP_SECONDS = 900;
    private static final int FIRST = 1_000_000;
    private static final int PROVIDER = 2;
    private static final int OPERATOR = 1;
    private static final int SESSION = 1;
    private static final int CHARGING_STATUS = 2;
    private static final long WAIT_SECONDS = 20;
    private static final long DEPOSIT = 100_000_000;
    private static final PaymentLimits LIMITS = PaymentLimits.DEFAULTS;
    private static final VoucherDomain DOMAIN = VoucherDomain.of(2018, "0x" + "c4".repeat(20));
    private static final VoucherKey KEY = VoucherKey.of(Credentials.create("0x" + "11".repeat(32)));
    private static final String OWNER = "0x" + "aa".repeat(20);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final MemoryChain chain = new MemoryChain((long) FIRST * TIMESTEP_SECONDS);
    private final List<Integer> ended = new ArrayList<>();
    private int timestep = FIRST;
    private ChainFollower follower;
    private Methods methods;
    private Payee payee;
    private PayeeServer server;
    private Payer payer;
    private OperatorPayments payments;
    private @Nullable ChannelOnChain channel = channel(DEPOSIT);

    private static ChannelOnChain channel(long deposit) {
        return new ChannelOnChain(
                new Channel(OWNER, OPERATOR, 0, KEY.address(), deposit), PROVIDER, deposit, 0, 0, 0, 0, 0, 0);
    }

    @BeforeEach
    void start() {
        block(MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, TIMESTEP_SECONDS));
        var founding = new ArrayList<RawLog>();
        for (int operator = 1; operator <= 2; operator++) {
            founding.add(MemoryChain.operatorAdmitted(operator));
        }
        founding.add(MemoryChain.groupRegistered(0, 1));
        for (int point = 0; point < 2; point++) {
            founding.add(MemoryChain.chargePointRegistered(point, 0, OPERATOR, "XX*OPR*E" + point));
            founding.add(MemoryChain.chargePointPriced(point, 3_900, 2_100, FIRST, FIRST));
        }
        block(founding.toArray(RawLog[]::new));
        follower = new ChainFollower(
                chain,
                null,
                folder.resolve("journal"),
                new History(672, 1_000),
                PlanSource.computingWhenAsked(),
                LogListener::none,
                new CountingMetrics());
        follower.start();
        methods = new Methods(() -> follower, "oracle test");
        payee = Payee.open(folder.resolve("payee"), DOMAIN, LIMITS);
        payee.use(channel(DEPOSIT).channel());
        server = PayeeServer.forVouchers(vertx, payee, "127.0.0.1", 0);
        open();
        next(1_000, false);
        ask(SESSION, 0, PROVIDER);
        next(1_000, true);
    }

    private void open() {
        payer = Payer.open(folder.resolve("payer"), DOMAIN, LIMITS);
        payments = new OperatorPayments(
                OPERATOR,
                "http://127.0.0.1:" + server.port(),
                OWNER,
                payer,
                KEY,
                () -> channel,
                new DriverSessions(methods, PROVIDER, OPERATOR),
                ended::add);
    }

    private void close() {
        payments.close();
        payer.close();
    }

    @AfterEach
    void stop() {
        close();
        server.close();
        payee.close();
        follower.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void block(RawLog... logs) {
        chain.add(Math.max(chain.head().timestampSeconds() + 1, (long) timestep * TIMESTEP_SECONDS), logs);
        if (follower != null) {
            follow();
        }
    }

    /** Until the newest block is read. */
    private void follow() {
        follower.onBlock();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (readUntil() < chain.head().number()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private long readUntil() {
        try {
            return methods.read(snapshot -> snapshot.processed().number());
        } catch (RpcException e) {
            return -1;
        }
    }

    /** Time passes within the timestep. */
    private void wait(int seconds) {
        chain.add(chain.head().timestampSeconds() + seconds);
        follow();
    }

    /** The next timestep begins, with a report of the one before. */
    private void next(long registerWh, boolean isCharging) {
        timestep++;
        var entry = ByteBuffer.allocate(17)
                .putInt(0)
                .putLong(registerWh)
                .putInt(isCharging ? 4_000 : 0)
                .put((byte) (isCharging ? CHARGING_STATUS : 0));
        block(MemoryChain.log(
                CHARGING, "MetersReported(uint8,uint32,bytes)", 2, OPERATOR, timestep - 1, Bytes.wrap(entry.array())));
    }

    private void ask(int session, int point, int provider) {
        block(
                MemoryChain.log(
                        CHARGING,
                        "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                        3,
                        session,
                        point,
                        new Address(MemoryChain.address(100 + session)),
                        provider,
                        40_000,
                        40_000,
                        timestep + 1,
                        timestep + 9,
                        true,
                        timestep + 1,
                        timestep),
                MemoryChain.log(
                        CHARGING,
                        "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                        2,
                        session,
                        timestep,
                        true,
                        0,
                        0,
                        0));
    }

    private static Bytes32 lane(int session) {
        return Bytes32.leftPad(Bytes.ofUnsignedInt(session));
    }

    /** 39 cents a kWh, and 21 % VAT. */
    private static long owedMicroEuro(long wh) {
        return wh * 390 + wh * 390 * 21 / 100;
    }

    /** The operator's meter of a session shows so much. */
    private void shows(int session, long wh) {
        payee.deliver(channel(DEPOSIT).channel().id(), lane(session), wh, owedMicroEuro(wh));
    }

    /** What is asked for is read, and then paid. */
    private void pay() {
        payments.pay();
        payments.pay();
    }

    private long paidMicroEuro(int session) {
        return payee.paidMicroEuro(channel(DEPOSIT).channel().id(), lane(session));
    }

    @Test
    void paysWhatTheLedgerShowsAndItsChargePointCanHaveGivenSince() {
        payments.pay();
        assertThat(paidMicroEuro(SESSION)).isZero();
        next(3_000, true);
        shows(SESSION, 2_000);
        pay();
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(2_000));
        // nothing twice
        pay();
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(2_000));
        // not metered on the ledger yet; in 90 s its charge point gives 550 Wh at most
        wait(90);
        shows(SESSION, 2_500);
        pay();
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(2_500));
        assertThat(payee.acceptedMicroEuro(channel(DEPOSIT).channel().id())).isEqualTo(owedMicroEuro(2_500));
        assertThat(ended).isEmpty();
    }

    @Test
    void aMeterThatShowsMoreThanCanBeIsPaidNoMoreAndItsSessionEnds() {
        next(3_000, true);
        shows(SESSION, 2_000);
        pay();
        // 2,000 Wh on the ledger a moment ago
        shows(SESSION, 9_000);
        pay();
        assertThat(ended).containsExactly(SESSION);
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(2_000));
        // it stays stopped, and is told once
        next(10_000, true);
        pay();
        assertThat(ended).containsExactly(SESSION);
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(2_000));
    }

    /** Another provider's driver, and one that nobody has accepted. */
    @Test
    void paysForNobodyElse() {
        ask(2, 1, 1);
        next(3_000, true);
        shows(2, 400);
        pay();
        pay();
        assertThat(paidMicroEuro(2)).isZero();
        assertThat(payer.paidMicroEuro(channel(DEPOSIT).channel().id(), lane(2)))
                .isZero();
    }

    @Test
    void afterARestartGoesOnFromWhatWasSigned() {
        next(3_000, true);
        shows(SESSION, 2_000);
        pay();
        close();
        open();
        pay();
        assertThat(payer.signedMicroEuro(channel(DEPOSIT).channel().id())).isEqualTo(owedMicroEuro(2_000));
        next(4_000, true);
        shows(SESSION, 3_000);
        pay();
        assertThat(paidMicroEuro(SESSION)).isEqualTo(owedMicroEuro(3_000));
        assertThat(payee.acceptedMicroEuro(channel(DEPOSIT).channel().id())).isEqualTo(owedMicroEuro(3_000));
    }

    @Test
    void paysNoMoreThanTheDepositAndSaysWhatToDo() {
        close();
        channel = channel(owedMicroEuro(1_000));
        open();
        next(3_000, true);
        shows(SESSION, 2_000);
        payments.pay();
        assertThatThrownBy(payments::pay)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("operator 1 is not paid")
                .hasMessageContaining("Top it up");
        assertThat(payer.signedMicroEuro(channel(DEPOSIT).channel().id())).isZero();
        assertThat(ended).isEmpty();
    }

    @Test
    void withoutAChannelSaysHowToOpenOne() {
        channel = null;
        assertThatThrownBy(payments::pay)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("there is no channel from " + OWNER)
                .hasMessageContaining("pay open --payee 1 --voucher-signer " + KEY.address());
    }

    @Test
    void aSessionIsSettledWhenNobodyRemembersIt() {
        var sessions = new DriverSessions(methods, PROVIDER, OPERATOR);
        assertThat(sessions.isSettled(77)).isTrue();
        assertThat(sessions.running(List.of(77)))
                .extracting(DriverSessions.Running::session)
                .containsExactly(SESSION);
        assertThat(new DriverSessions(methods, PROVIDER, 2).running(List.of())).isEmpty();
    }
}
