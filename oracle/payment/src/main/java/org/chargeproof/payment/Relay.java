package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes32;

/**
 * One session of a provider, which is paid by the driver and pays the operator, in lockstep. The provider has no meter. Towards the
 * operator, its meter is what the driver has paid; towards the driver, what it delivered is what the operator asks for. So it is never
 * more than a unit ahead of the driver, and asks the driver for nothing that it was not asked for. Not thread-safe.
 */
public final class Relay {
    private final Taking fromDriver;
    private final Paying toOperator;
    private final PaymentLimits limits;
    private final Bytes32 lane;
    private final Tariff tariff;
    private long deliveredWh;
    private long meteredWh;

    /** What it needs of a payee. */
    public interface Taking {
        void deliver(Bytes32 lane, long wh, long microEuro);

        Demand demand(Bytes32 lane);

        long paidMicroEuro(Bytes32 lane);

        Receipt receive(SignedVoucher voucher);
    }

    /** What it needs of a payer. */
    public interface Paying {
        void meter(Bytes32 lane, long wh, long microEuro);

        Payment pay(Demand demand);
    }

    /**
     * Puts two channels together.
     *
     * @param fromDriver channel from the driver, which the payee knows
     * @param toOperator channel to the operator, which the payer knows
     * @param lane the session, the same in both
     * @param tariff what the driver pays, and the operator is paid
     */
    public Relay(Payee payee, Bytes32 fromDriver, Payer payer, Bytes32 toOperator, Bytes32 lane, Tariff tariff) {
        this(payee.channelForRelay(fromDriver), payer.channelForRelay(toOperator), payer.limits(), lane, tariff);
    }

    /** The same for channels without a disk. */
    public Relay(Taking fromDriver, Paying toOperator, PaymentLimits limits, Bytes32 lane, Tariff tariff) {
        this.fromDriver = fromDriver;
        this.toOperator = toOperator;
        this.limits = limits;
        this.lane = lane;
        this.tariff = tariff;
    }

    /**
     * The operator asks to be paid.
     *
     * @param demand of the operator
     * @return the answer to it; what it has signed is on disk
     */
    public Payment demandedByOperator(Demand demand) {
        long wh = Math.max(0, demand.wh());
        if (demand.microEuro() > tariff.owedMicroEuro(wh)) {
            return new Payment.Refused(
                    true,
                    "the operator asks for " + demand.microEuro() + " millionths of a euro for " + wh
                            + " Wh; by the tariff of the session these cost " + tariff.owedMicroEuro(wh)
                            + ". End the session.");
        }
        if (wh > deliveredWh) {
            deliveredWh = wh;
            fromDriver.deliver(lane, wh, tariff.chargedMicroEuro(wh));
        }
        meterWhatTheDriverPaid();
        // what the driver has not paid yet waits for it, and is no reason to stop
        return toOperator.pay(new Demand(
                lane,
                Math.min(wh, meteredWh + limits.toleranceWh()),
                Math.min(demand.microEuro(), tariff.owedMicroEuro(meteredWh) + limits.unitMicroEuro())));
    }

    /** What to ask the driver for. */
    public Demand demandToDriver() {
        return fromDriver.demand(lane);
    }

    /**
     * The driver has sent a voucher.
     *
     * @return the answer to it; an accepted one is on disk
     */
    public Receipt receivedFromDriver(SignedVoucher voucher) {
        return fromDriver.receive(voucher);
    }

    private void meterWhatTheDriverPaid() {
        long paid = fromDriver.paidMicroEuro(lane);
        // the most energy that this pays for
        long low = meteredWh;
        long high = deliveredWh;
        while (low < high) {
            long middle = (low + high + 1) / 2;
            if (tariff.chargedMicroEuro(middle) <= paid) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        meteredWh = low;
        toOperator.meter(lane, meteredWh, tariff.owedMicroEuro(meteredWh));
    }
}
