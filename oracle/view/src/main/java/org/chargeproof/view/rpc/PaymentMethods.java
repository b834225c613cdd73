package org.chargeproof.view.rpc;

import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.channel.Channel;
import org.chargeproof.protocol.reputation.Reputation;
import org.chargeproof.protocol.reputation.Reputations;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.MarketView;
import org.jspecify.annotations.Nullable;

/** Payment channels, and what is on record of members and providers. */
final class PaymentMethods {
    /** The same as in Channels. */
    private static final int WINDOW_TIMESTEPS = 8;

    private final Methods methods;

    /**
     * The newest channel of a payer and a payee. Amounts are of this epoch.
     *
     * @param channel what vouchers name it by
     * @param epoch how often the two had closed their channel before
     * @param status OPEN, CLOSING, or CLOSED
     * @param signer who signs its vouchers
     * @param provider the payer's id; 0 for a driver's wallet
     * @param depositMicroEuro what is left of all deposits
     * @param acceptedMicroEuro highest total of a voucher that came on chain
     * @param redeemedMicroEuro what the payee has had
     * @param closing null while nobody has announced one
     * @param withdrawnMicroEuro what the payer got back when it was closed; null before
     * @param closedBlock in which it was; null before
     */
    public record ChannelOfPair(
            String channel,
            String payer,
            int payee,
            String payeeName,
            long epoch,
            String status,
            String signer,
            int provider,
            long depositMicroEuro,
            long acceptedMicroEuro,
            long redeemedMicroEuro,
            @Nullable Closing closing,
            @Nullable Long withdrawnMicroEuro,
            @Nullable Long closedBlock) {}

    /**
     * An announced closing: by either side, logs do not say which.
     *
     * @param sinceTimestep in which it was announced
     * @param billedByTimestep the channel can be closed when a settlement of this timestep or a later one is final, and 8 timesteps behind
     *     the announcement have final plans
     * @param untilTimestep in which it can be closed come what may, from {@code untilSeconds} of block time on
     * @param acceptedMicroEuro the highest voucher on chain when it was announced
     * @param isBeaten whether a newer one came later
     */
    public record Closing(
            int sinceTimestep,
            int billedByTimestep,
            int untilTimestep,
            long untilSeconds,
            long acceptedMicroEuro,
            boolean isBeaten) {}

    /**
     * What is on record of a member or provider: docs/concepts/reputation.md says what each number means, and what it does not prove.
     *
     * @param hasChargePoints whether it is a member, and no provider alone
     * @param paymentTimesteps what is not paid so long after its settlement is late
     * @param reasons the newest of each kind, newest first
     */
    public record ReputationOfAccount(
            int account,
            String name,
            boolean hasChargePoints,
            boolean isExcluded,
            int paymentTimesteps,
            Reputation.AsProvider asProvider,
            Reputation.AsOperator asOperator,
            List<Reason> reasons) {}

    /**
     * Why something was counted.
     *
     * @param session null where it is of no single one
     * @param timestep of the session's end, of the settlement, or of the closing's announcement
     * @param microEuro what was missing, owed, or vouched for later; null where no amount is on chain
     * @param other id of the other side; 0 for drivers
     */
    public record Reason(
            String kind,
            @Nullable Integer session,
            int timestep,
            @Nullable Long microEuro,
            int other) {}

    PaymentMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("channel", this::channel);
        byName.put("reputation", this::reputation);
    }

    private ChannelOfPair channel(@Nullable Object[] values) {
        var params = new Params(values, "payer", "payee");
        Bytes payer = params.address(0);
        int payee = params.required(1, 1, Reputations.MOST_ID);
        return methods.read(s -> {
            var market = Methods.market(s);
            var channel = market.channels().of(payer, payee);
            if (channel == null) {
                throw Methods.notFound("there is no channel from " + payer + " to " + payee
                        + (market.channels().forgets()
                                ? ", or it is one of a driver's with little in it, of which not all are remembered:"
                                        + " `chargeproof pay channel` asks the contract"
                                : ""));
            }
            return channel(s, market, channel);
        });
    }

    private static ChannelOfPair channel(Snapshot s, MarketView market, Channel c) {
        var closed = c.closed();
        var payee = market.reputations().account(c.payee());
        return new ChannelOfPair(
                c.id().toHexString(),
                c.payer().toHexString(),
                c.payee(),
                payee == null ? "" : payee.name(),
                c.epoch(),
                closed != null ? "CLOSED" : c.closing() != null ? "CLOSING" : "OPEN",
                c.signer().toHexString(),
                c.provider(),
                c.depositMicroEuro(),
                c.acceptedMicroEuro(),
                c.paidMicroEuro(),
                closing(s, market, c),
                closed == null ? null : closed.returnedMicroEuro(),
                closed == null ? null : closed.block());
    }

    private static @Nullable Closing closing(Snapshot s, MarketView market, Channel c) {
        var closing = c.closing();
        if (closing == null) {
            return null;
        }
        var terms = market.terms();
        int billed = Math.max(WINDOW_TIMESTEPS, terms.graceTimesteps() + terms.settlementTimesteps());
        return new Closing(
                closing.timestep(),
                closing.timestep() + billed,
                s.parameters().timestepAt(closing.closesBySeconds()),
                closing.closesBySeconds(),
                closing.acceptedMicroEuro(),
                c.isClosingBeaten());
    }

    private ReputationOfAccount reputation(@Nullable Object[] values) {
        int id = new Params(values, "account").required(0, 1, Reputations.MOST_ID);
        return methods.read(s -> {
            var reputations = Methods.market(s).reputations();
            var account = reputations.account(id);
            if (account == null) {
                throw Methods.notFound("no member or provider ever had the id " + id);
            }
            var reputation = reputations.of(id);
            return new ReputationOfAccount(
                    id,
                    account.name(),
                    account.hasChargePoints(),
                    account.isExcluded(),
                    Reputations.PAYMENT_TIMESTEPS,
                    reputation.asProvider(),
                    reputation.asOperator(),
                    reputation.reasons().stream().map(PaymentMethods::reason).toList());
        });
    }

    private static Reason reason(Reputation.Reason r) {
        return new Reason(
                r.kind().name(),
                r.session() == 0 ? null : r.session(),
                r.timestep(),
                r.microEuro() == 0 ? null : r.microEuro(),
                r.other());
    }
}
