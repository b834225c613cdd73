package org.chargeproof.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * 10,000 sessions in which drivers, the provider and the operator cheat in every way that there is, alone and together, while a tenth of
 * all messages is lost: whoever is honest loses at most one unit for each session. Without a ledger: what a payee is paid is the highest
 * voucher that anybody hands in.
 */
class CheatingSessionsTest {
    private static final int SESSIONS = Boolean.getBoolean("chargeproof.long") ? 10_000 : 2_000;
    private static final int SESSIONS_OF_A_WORLD = 5;
    private static final PaymentLimits LIMITS = PaymentLimits.DEFAULTS;
    private static final long UNIT = LIMITS.unitMicroEuro();
    private static final VoucherKey PROVIDER_KEY = Fixture.key("provider");
    private static final VoucherKey[] DRIVER_KEYS = IntStream.range(0, SESSIONS_OF_A_WORLD)
            .mapToObj(i -> Fixture.key("driver " + i))
            .toArray(VoucherKey[]::new);

    /** What a payer does. */
    private enum PayerBehavior {
        HONEST,
        STOPS_PAYING,
        PAYS_LESS,
        RAISES_THE_LANE_ALONE,
        VANISHES,
        CLOSES_WITH_AN_OLD_VOUCHER
    }

    /** What a payee does. */
    private enum PayeeBehavior {
        HONEST,
        OVER_REPORTS_ENERGY,
        OVER_REPORTS_MONEY,
        CHARGES_FOR_NOTHING,
        VANISHES
    }

    /** What came of a session or a world, to the harm of whom. */
    private record Losses(
            int sessions, long driverMost, long provider, long operator, long wantedWh, long deliveredWh) {}

    @Test
    void nobodyLosesMoreThanAUnit() {
        var worlds = IntStream.range(0, SESSIONS / SESSIONS_OF_A_WORLD)
                .parallel()
                .mapToObj(seed -> new World(seed).run())
                .toList();
        assertThat(worlds).hasSize(SESSIONS / SESSIONS_OF_A_WORLD);
        // and the honest are served: otherwise nobody would lose anything
        assertThat(worlds.stream().filter(w -> w.wantedWh() == w.deliveredWh()).count())
                .isGreaterThan(worlds.size() / 20);
        assertThat(worlds.stream().mapToLong(Losses::driverMost).max().orElse(0))
                .isPositive()
                .isLessThanOrEqualTo(UNIT);
        assertThat(worlds.stream().mapToLong(Losses::operator).max().orElse(0))
                .isPositive()
                .isLessThanOrEqualTo(SESSIONS_OF_A_WORLD * UNIT);
        assertThat(worlds.stream().mapToLong(Losses::provider).max().orElse(0))
                .isPositive()
                .isLessThanOrEqualTo(SESSIONS_OF_A_WORLD * UNIT);
    }

    /** A provider with one channel to an operator, and drivers with one to the provider each. */
    private static final class World {
        private final Random random;
        private final PayerBehavior providerPays;
        private final PayeeBehavior providerTakes;
        private final PayeeBehavior operatorTakes;
        private final Channel toOperator;
        private final PayerChannel provider;
        private final PayeeChannel operator;
        private final List<Session> sessions = new ArrayList<>();

        World(int seed) {
            random = new Random(seed);
            // a tenth of all worlds is honest but for its drivers
            boolean honest = seed % 10 == 0;
            providerPays = honest || random.nextBoolean() ? PayerBehavior.HONEST : pick(PayerBehavior.values());
            providerTakes = honest || random.nextBoolean() ? PayeeBehavior.HONEST : pick(PayeeBehavior.values());
            operatorTakes = honest || random.nextBoolean() ? PayeeBehavior.HONEST : pick(PayeeBehavior.values());
            toOperator = new Channel("0x" + "bb".repeat(20), 2, 0, PROVIDER_KEY.address(), 1_000_000_000);
            provider = new PayerChannel(Fixture.DOMAIN, toOperator, LIMITS, PROVIDER_KEY);
            operator = new PayeeChannel(Fixture.DOMAIN, toOperator, LIMITS);
            for (int i = 0; i < SESSIONS_OF_A_WORLD; i++) {
                boolean honestDriver = seed % 20 == 0 || random.nextBoolean();
                sessions.add(new Session(
                        this, i, honestDriver ? PayerBehavior.HONEST : pick(PayerBehavior.values()), random));
            }
        }

        Losses run() {
            for (int tick = 0; tick < 30; tick++) {
                int now = tick;
                sessions.forEach(session -> session.tick(now));
            }
            // everybody hands in what it has; who pays may hand in something old, which changes nothing
            long operatorHas = redeemed(operator);
            long providerHas = 0;
            long owed = 0;
            long driverMost = 0;
            for (var session : sessions) {
                providerHas += redeemed(session.fromDriver);
                owed += session.tariff.owedMicroEuro(session.deliveredWh);
                if (session.driverPays == PayerBehavior.HONEST) {
                    driverMost = Math.max(
                            driverMost,
                            session.driver.signedMicroEuro() - session.tariff.chargedMicroEuro(session.deliveredWh));
                }
            }
            boolean honestProvider = providerPays == PayerBehavior.HONEST && providerTakes == PayeeBehavior.HONEST;
            return new Losses(
                    sessions.size(),
                    driverMost,
                    honestProvider ? provider.signedMicroEuro() - providerHas : 0,
                    operatorTakes == PayeeBehavior.HONEST ? owed - operatorHas : 0,
                    sessions.stream().mapToLong(s -> s.wantedWh).sum(),
                    sessions.stream().mapToLong(s -> s.deliveredWh).sum());
        }

        /** As the contract has it: an old voucher changes nothing once a newer one is there, whoever hands them in. */
        private static long redeemed(PayeeChannel payee) {
            var vouchers = new ArrayList<>(payee.newestOfLanes());
            var newest = payee.newest();
            if (newest != null) {
                vouchers.add(newest);
            }
            long accepted = 0;
            for (var voucher : vouchers) {
                accepted = Math.max(accepted, voucher.voucher().totalMicroEuro());
            }
            return accepted;
        }

        boolean isLost() {
            return random.nextInt(10) == 0;
        }

        <T> T pick(T[] values) {
            return values[random.nextInt(values.length)];
        }
    }

    private static final class Session {
        private final World world;
        private final Bytes32 lane;
        private final PayerBehavior driverPays;
        private final Tariff tariff;
        private final PayerChannel driver;
        private final PayeeChannel fromDriver;
        private final Relay relay;
        private final Cheat driverCheats;
        private final Cheat providerCheats;
        private final long wantedWh;
        private final int turnsAt;
        private long deliveredWh;

        Session(World world, int number, PayerBehavior driverPays, Random random) {
            this.world = world;
            this.lane = Fixture.lane(number + 1);
            this.driverPays = driverPays;
            this.tariff = new Tariff(1_000 + random.nextInt(5_000), random.nextInt(800), random.nextInt(2_500));
            this.wantedWh = 200L + random.nextInt(1_000);
            this.turnsAt = random.nextInt(12);
            var channel =
                    new Channel("0x" + "a".repeat(39) + number, 1, 0, DRIVER_KEYS[number].address(), 1_000_000_000);
            driver = new PayerChannel(Fixture.DOMAIN, channel, LIMITS, DRIVER_KEYS[number]);
            fromDriver = new PayeeChannel(Fixture.DOMAIN, channel, LIMITS);
            relay = new Relay(fromDriver, world.provider, LIMITS, lane, tariff);
            driverCheats = new Cheat(driverPays, channel, DRIVER_KEYS[number], lane);
            providerCheats = new Cheat(world.providerPays, world.toOperator, PROVIDER_KEY, lane);
        }

        /** Energy, then vouchers over both hops. */
        void tick(int now) {
            if (deliveredWh == wantedWh && world.operator.paidMicroEuro(lane) == tariff.owedMicroEuro(wantedWh)) {
                return;
            }
            boolean turned = now >= turnsAt;
            long step = Math.min(60, wantedWh - deliveredWh);
            boolean operatorCheats = turned && world.operatorTakes != PayeeBehavior.HONEST;
            boolean delivers = !operatorCheats || world.operatorTakes == PayeeBehavior.OVER_REPORTS_ENERGY;
            long cost = tariff.owedMicroEuro(deliveredWh + step) - tariff.owedMicroEuro(deliveredWh);
            if (delivers && step > 0 && world.operator.allowanceMicroEuro(lane) >= cost) {
                deliveredWh += step;
            }
            var demand = new Demand(lane, deliveredWh, tariff.owedMicroEuro(deliveredWh));
            world.operator.deliver(lane, demand.wh(), demand.microEuro());
            // three vouchers a unit are enough
            if (!operatorCheats
                    && deliveredWh < wantedWh
                    && demand.microEuro() - world.operator.paidMicroEuro(lane) < UNIT / 3) {
                return;
            }
            if (operatorCheats) {
                demand = falsified(demand, world.operatorTakes, now);
            }
            if (demand == null || world.isLost()) {
                return;
            }
            var paid = relay.demandedByOperator(demand);
            if (turned && world.providerPays != PayerBehavior.HONEST) {
                var voucher = providerCheats.pay(demand, world.provider, paid);
                if (voucher != null) {
                    world.operator.receive(voucher);
                }
            } else {
                send(paid, world.provider, world.operator);
            }
            var toDriver = relay.demandToDriver();
            if (turned && world.providerTakes != PayeeBehavior.HONEST) {
                toDriver = falsified(toDriver, world.providerTakes, now);
            }
            if (toDriver == null || world.isLost()) {
                return;
            }
            driver.meter(lane, deliveredWh, tariff.chargedMicroEuro(deliveredWh));
            if (turned && driverPays != PayerBehavior.HONEST) {
                var voucher = driverCheats.pay(toDriver, driver, driver.pay(toDriver));
                if (voucher != null) {
                    relay.receivedFromDriver(voucher);
                }
            } else {
                send(driver.pay(toDriver), driver, fromDriver);
            }
        }

        /** An honest payer sends what it has signed, and the last one again when there is nothing new. */
        private void send(Payment payment, PayerChannel payer, PayeeChannel payee) {
            var voucher = payment instanceof Payment.Signed signed ? signed.voucher() : newest(payer);
            if (voucher != null && !world.isLost()) {
                assertThat(payee.receive(voucher).outcome()).isNotEqualTo(Receipt.Outcome.REFUSED);
            }
        }

        private @Nullable SignedVoucher newest(PayerChannel payer) {
            return payer.newestOfLanes().stream()
                    .filter(v -> v.voucher().lane().equals(lane))
                    .findFirst()
                    .orElse(null);
        }

        private static @Nullable Demand falsified(Demand demand, PayeeBehavior behavior, int now) {
            return switch (behavior) {
                case HONEST -> demand;
                case OVER_REPORTS_ENERGY ->
                    new Demand(demand.lane(), demand.wh() + 40L * now, demand.microEuro() * 3 / 2);
                case OVER_REPORTS_MONEY -> new Demand(demand.lane(), demand.wh(), demand.microEuro() + 9_000L * now);
                case CHARGES_FOR_NOTHING ->
                    new Demand(demand.lane(), demand.wh() + 10L * now, demand.microEuro() + 3_000L * now);
                case VANISHES -> null;
            };
        }
    }

    /** A payer with a key of its own, which signs what it likes. */
    private record Cheat(PayerBehavior behavior, Channel channel, VoucherKey key, Bytes32 lane) {
        @Nullable
        SignedVoucher pay(Demand demand, PayerChannel honest, Payment payment) {
            long total = honest.signedMicroEuro();
            return switch (behavior) {
                case HONEST, STOPS_PAYING, VANISHES -> null;
                case PAYS_LESS ->
                    sign(Math.max(1, total / 2), Math.max(1, Math.min(total / 2, demand.microEuro() / 2)));
                // the session would go on, and nothing could be redeemed for it
                case RAISES_THE_LANE_ALONE -> sign(demand.microEuro() + 1, demand.microEuro() + 1);
                case CLOSES_WITH_AN_OLD_VOUCHER -> payment instanceof Payment.Signed signed ? signed.voucher() : null;
            };
        }

        private SignedVoucher sign(long total, long laneMicroEuro) {
            return SignedVoucher.sign(
                    new Voucher(channel.id(), total, lane, Math.min(total, laneMicroEuro), 0), Fixture.DOMAIN, key);
        }
    }
}
