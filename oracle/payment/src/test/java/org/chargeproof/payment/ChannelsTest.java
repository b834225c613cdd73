package org.chargeproof.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.Receipt.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

/** What payer and payee sign and take. */
class ChannelsTest {
    private final PayeeChannel payee = new PayeeChannel(Fixture.DOMAIN, Fixture.CHANNEL, PaymentLimits.DEFAULTS);
    private final PayerChannel payer =
            new PayerChannel(Fixture.DOMAIN, Fixture.CHANNEL, PaymentLimits.DEFAULTS, Fixture.KEY);

    @Test
    void takesTheSameOnce() {
        var voucher = Fixture.voucher(50_000, 1, 50_000);
        assertThat(payee.receive(voucher).outcome()).isEqualTo(Outcome.ACCEPTED);
        var again = payee.receive(voucher);
        assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(again.acceptedMicroEuro()).isEqualTo(50_000);
        assertThat(payee.receive(Fixture.voucher(40_000, 1, 40_000)).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void refusesWhatIsWorthNothing() {
        assertThat(payee.receive(Fixture.voucher(100, 1, 100)).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertRefused(Fixture.voucher(100, 2, 100), "all lanes have 200");
        assertRefused(Fixture.voucher(100_000_001, 1, 100_000_001), "deposit was 100000000");
        assertRefused(Fixture.voucher(200, 1, 50), "Amounts never fall");
        var voucher = new Voucher(Fixture.ID, 500, Fixture.lane(1), 500, 1);
        assertRefused(SignedVoucher.sign(voucher, Fixture.DOMAIN, Fixture.key("other")), "is not signed by");
        var nextEpoch = new Channel(Fixture.CHANNEL.payer(), 2, 1, Fixture.KEY.address(), 1_000_000);
        assertRefused(
                SignedVoucher.sign(
                        new Voucher(nextEpoch.id(), 500, Fixture.lane(1), 500, 1), Fixture.DOMAIN, Fixture.KEY),
                "epoch");
        assertRefused(
                SignedVoucher.sign(voucher, VoucherDomain.of(2019, Fixture.DOMAIN.channels()), Fixture.KEY),
                "is not signed by");
        assertThat(payee.acceptedMicroEuro()).isEqualTo(100);
        assertThat(payee.paidMicroEuro(Fixture.lane(2))).isZero();
    }

    /** The public key is learned from the first signature: a forged one must not be taken for it. */
    @Test
    void learnsTheKeyOfTheSignerAlone() {
        var voucher = new Voucher(Fixture.ID, 500, Fixture.lane(1), 500, 1);
        assertRefused(SignedVoucher.sign(voucher, Fixture.DOMAIN, Fixture.key("other")), "is not signed by");
        assertThat(payee.receive(Fixture.voucher(100, 1, 100)).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    /** Who was killed after it agreed still takes no voucher of a channel that both may close, until a block says that they cannot. */
    @Test
    void takesNoVoucherWhileAClosingThatItAgreedToCounts(@TempDir Path folder) {
        var closing = new JointClosing(Fixture.ID, 100, 1_300);
        try (var kept = Payee.open(folder, Fixture.DOMAIN, PaymentLimits.DEFAULTS)) {
            kept.use(Fixture.CHANNEL);
            assertThat(kept.receive(Fixture.voucher(100, 1, 100)).outcome()).isEqualTo(Outcome.ACCEPTED);
            refusesToAgree(kept);
            assertThat(kept.allowanceMicroEuro(Fixture.ID, Fixture.lane(1))).isPositive();
            kept.requireSigned(closing, closing.typedData(Fixture.DOMAIN).sign(Fixture.SIGNER));
            kept.agree(closing, 1_000, 0);
            // the same again, but no other one
            kept.agree(closing, 1_001, 0);
            assertThatThrownBy(() -> kept.agree(new JointClosing(Fixture.ID, 200, 1_300), 1_000, 0))
                    .hasMessageContaining("another closing counts until 1300");
        }
        try (var kept = Payee.open(folder, Fixture.DOMAIN, PaymentLimits.DEFAULTS)) {
            kept.seen(1_300);
            assertThat(kept.allowanceMicroEuro(Fixture.ID, Fixture.lane(1))).isZero();
            assertThat(kept.receive(Fixture.voucher(200, 1, 200)).reason()).contains("both have signed");
            // what it held before is acknowledged as before
            assertThat(kept.receive(Fixture.voucher(100, 1, 100)).outcome()).isEqualTo(Outcome.UNCHANGED);
            kept.seen(1_301);
            assertThat(kept.receive(Fixture.voucher(200, 1, 200)).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    private static void refusesToAgree(Payee kept) {
        var closing = new JointClosing(Fixture.ID, 100, 1_300);
        var other = Credentials.create("0x" + "22".repeat(32));
        assertThatThrownBy(() -> kept.requireSigned(
                        closing, closing.typedData(Fixture.DOMAIN).sign(other)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is not signed by");
        assertThatThrownBy(() -> kept.agree(new JointClosing(Fixture.ID, 99, 1_300), 1_000, 0))
                .hasMessageContaining("must be from 100");
        // its folder was lost, and the contract knows better
        assertThatThrownBy(() -> kept.agree(closing, 1_000, 150)).hasMessageContaining("must be from 150");
        assertThatThrownBy(() -> kept.agree(new JointClosing(Fixture.ID, 100_000_001, 1_300), 1_000, 0))
                .hasMessageContaining("which was deposited");
        assertThatThrownBy(() -> kept.agree(closing, 1_300, 0)).hasMessageContaining("must be from 1301 to 1900");
        assertThatThrownBy(() -> kept.agree(closing, 699, 0)).hasMessageContaining("must be from 700 to 1299");
    }

    @Test
    void saysWhenToStop() {
        var lane = Fixture.lane(1);
        assertThat(payee.allowanceMicroEuro(lane)).isEqualTo(50_000);
        payee.deliver(lane, 100, 30_000);
        assertThat(payee.allowanceMicroEuro(lane)).isEqualTo(20_000);
        payee.deliver(lane, 170, 51_000);
        assertThat(payee.allowanceMicroEuro(lane)).isZero();
        payee.receive(Fixture.voucher(51_000, 1, 51_000));
        assertThat(payee.allowanceMicroEuro(lane)).isEqualTo(50_000);
        payee.announceClosing();
        assertThat(payee.allowanceMicroEuro(lane)).isZero();
        assertThat(payee.receive(Fixture.voucher(52_000, 1, 52_000)).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThatThrownBy(() -> payee.deliver(lane, 169, 51_000))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("never falls");
    }

    @Test
    void deliversNothingThatTheDepositDoesNotCover() {
        var small =
                new PayeeChannel(Fixture.DOMAIN, Fixture.CHANNEL.withMostMicroEuro(120_000), PaymentLimits.DEFAULTS);
        long delivered = 0;
        for (int session = 1; session <= 10; session++) {
            long allowance = small.allowanceMicroEuro(Fixture.lane(session));
            small.deliver(Fixture.lane(session), allowance / 300, allowance);
            delivered += allowance;
        }
        assertThat(delivered).isEqualTo(120_000);
        small.receive(Fixture.voucher(50_000, 1, 50_000));
        assertThat(small.allowanceMicroEuro(Fixture.lane(1))).isZero();
        small.update(Fixture.CHANNEL.withMostMicroEuro(200_000));
        assertThat(small.allowanceMicroEuro(Fixture.lane(1))).isEqualTo(50_000);
    }

    @Test
    void paysWhatItsMeterShows() {
        var lane = Fixture.lane(1);
        payer.meter(lane, 100, 30_000);
        assertThat(payer.pay(new Demand(lane, 100, 30_000))).isInstanceOf(Payment.Signed.class);
        assertThat(payer.pay(new Demand(lane, 100, 30_000))).isEqualTo(new Payment.NothingDue());
        assertThat(payer.pay(new Demand(lane, 200, 80_000))).isInstanceOf(Payment.Signed.class);
        assertThat(payer.pay(new Demand(lane, 200, 80_001))).isInstanceOfSatisfying(Payment.Refused.class, refused -> {
            assertThat(refused.stops()).isTrue();
            assertThat(refused.reason()).contains("80001").contains("30000").contains("50000");
        });
        payer.meter(lane, 10_000, 3_000_000);
        assertThat(payer.pay(new Demand(lane, 10_000, 3_000_000))).isInstanceOf(Payment.Refused.class);
        assertThat(payer.signedMicroEuro()).isEqualTo(80_000);
        assertThat(payer.stopped(lane)).isNotEmpty();
    }

    @Test
    void stopsWhenMetersDiffer() {
        var lane = Fixture.lane(1);
        payer.meter(lane, 1_000, 300_000);
        assertThat(payer.pay(new Demand(lane, 1_501, 300_000)))
                .isInstanceOfSatisfying(
                        Payment.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("1501")
                                .contains("1000")
                                .contains("500"));
        assertThat(payer.signedMicroEuro()).isZero();
        assertThat(payer.pay(new Demand(Fixture.lane(2), 0, 10_000))).isInstanceOf(Payment.Signed.class);
    }

    @Test
    void signsNoMoreThanTheDeposit() {
        var small = new PayerChannel(
                Fixture.DOMAIN, Fixture.CHANNEL.withMostMicroEuro(40_000), PaymentLimits.DEFAULTS, Fixture.KEY);
        assertThat(small.pay(new Demand(Fixture.lane(1), 0, 40_001)))
                .isInstanceOfSatisfying(Payment.Refused.class, refused -> {
                    assertThat(refused.stops()).isFalse();
                    assertThat(refused.reason()).contains("Top it up");
                });
        small.update(Fixture.CHANNEL.withMostMicroEuro(40_001), null);
        assertThat(small.pay(new Demand(Fixture.lane(1), 0, 40_001))).isInstanceOf(Payment.Signed.class);
    }

    @Test
    void refusesAKeyThatIsNotTheSigners() {
        assertThatThrownBy(() ->
                        new PayerChannel(Fixture.DOMAIN, Fixture.CHANNEL, PaymentLimits.DEFAULTS, Fixture.key("other")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(Fixture.KEY.address());
    }

    /** A thousand sessions at once, a tenth of all vouchers late, a tenth lost: no more than the last of a lane is missing. */
    @Test
    void ordersAndLossesDoNotMatter() {
        var random = new Random(3);
        int sessions = 200;
        for (int round = 0; round < 2; round++) {
            var payees = new PayeeChannel(Fixture.DOMAIN, Fixture.CHANNEL, PaymentLimits.DEFAULTS);
            var payers = new PayerChannel(Fixture.DOMAIN, Fixture.CHANNEL, PaymentLimits.DEFAULTS, Fixture.KEY);
            var paid = new long[sessions];
            var late = new ArrayList<SignedVoucher>();
            long highest = 0;
            for (int i = 0; i < 2_000; i++) {
                int session = random.nextInt(sessions);
                paid[session] += 1 + random.nextInt(10_000);
                payers.meter(Fixture.lane(session), 0, paid[session]);
                var answer = payers.pay(new Demand(Fixture.lane(session), 0, paid[session]));
                var voucher = ((Payment.Signed) answer).voucher();
                int fate = random.nextInt(10);
                if (fate == 0) {
                    continue;
                }
                if (fate == 1) {
                    late.add(voucher);
                    continue;
                }
                highest = voucher.voucher().totalMicroEuro();
                assertThat(payees.receive(voucher).outcome()).isNotEqualTo(Outcome.REFUSED);
                assertThat(payees.acceptedMicroEuro()).isEqualTo(highest);
                if (late.size() > 20) {
                    Collections.shuffle(late, random);
                    late.forEach(l -> assertThat(payees.receive(l).outcome()).isNotEqualTo(Outcome.REFUSED));
                    late.clear();
                }
            }
            // sent again, as it is not known what arrived
            var again = new ArrayList<>(payers.newestOfLanes());
            Collections.shuffle(again, random);
            again.forEach(v -> assertThat(payees.receive(v).outcome()).isNotEqualTo(Outcome.REFUSED));
            assertThat(payees.acceptedMicroEuro()).isEqualTo(payers.signedMicroEuro());
            for (int session = 0; session < sessions; session++) {
                assertThat(payees.paidMicroEuro(Fixture.lane(session))).isEqualTo(paid[session]);
            }
        }
    }

    private void assertRefused(SignedVoucher voucher, String why) {
        var receipt = payee.receive(voucher);
        assertThat(receipt.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(receipt.reason()).contains(why);
    }
}
