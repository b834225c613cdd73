package org.chargeproof.view.rpc;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.MarketView;
import org.chargeproof.view.model.SessionRecord;
import org.chargeproof.view.model.SettlementView;
import org.chargeproof.view.verify.ComputedBills;
import org.chargeproof.view.verify.OwnBills;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/** Bills, as this node computes them, beside what was posted and became final. */
public final class BillMethods {
    private static final long BILL_MILLIS = 5_000;

    private final Methods methods;

    /** How far a session's bill is. */
    public enum State {
        /** It was refused, withdrawn, or ended before it could charge: it has no bill. */
        NONE,
        /** No plan has decided about it, or it charges. */
        NOT_ENDED,
        /** It is over, and its meter may still report. */
        NOT_DUE,
        /** Its settlement has begun, and nobody has posted it. */
        OPEN,
        /** A settlement with it was posted or attested. */
        ATTESTED,
        /** A quorum stands for its settlement. */
        FINAL,
        /** Its tokens or its compensation were claimed. */
        CLAIMED
    }

    /**
     * A session's bill.
     *
     * @param settlement timestep of the settlement that holds it, or of the first that can as far as is known; null for NONE
     * @param settlementSeconds start of that timestep
     * @param finalBlock in which the settlement became final; null before
     * @param posts what was said about the settlement; of a final one the final post alone
     * @param bill as this node computed it; null while there is none
     * @param reason why there is none
     */
    public record BillOfSession(
            int session,
            String state,
            @Nullable Integer settlement,
            @Nullable Long settlementSeconds,
            @Nullable Long finalBlock,
            List<Post> posts,
            boolean tokensClaimed,
            boolean compensationClaimed,
            @Nullable ComputedBill bill,
            @Nullable String reason) {}

    /**
     * A posted settlement.
     *
     * @param attestations operators that stand for it, the one that posted it included
     * @param tokens of all bills, in millionths
     * @param verdict MATCH, MISMATCH, or UNVERIFIED when this node has no bills now
     * @param difference where it first departs from what this node computed
     */
    public record Post(
            int candidate,
            int operator,
            List<Integer> attestations,
            boolean isFinal,
            long snapshotBlock,
            String valuation,
            int bills,
            String billsRoot,
            long tokens,
            String verdict,
            VerdictMethods.@Nullable Difference difference) {}

    /**
     * A bill with its place: what people read, and what a claim needs. Prices are in ten-thousandths of a euro, tokens in millionths.
     *
     * @param index place in the tree of all {@code bills} of the settlement
     * @param path hashes from the bill's sibling up (RFC 6962), to {@code billsRoot} as this node computed it
     * @param proven whether the path leads to the root of the final post; false while none is final
     * @param bytes of the bill: see docs/reference/bills.md
     * @param records hash of what the meter signed; zeros without
     * @param words what people read
     */
    public record ComputedBill(
            int index,
            int bills,
            String billsRoot,
            List<String> path,
            boolean proven,
            long snapshotBlock,
            String valuation,
            String bytes,
            String account,
            int provider,
            int operator,
            int group,
            int chargePoint,
            int fromTimestep,
            int toTimestep,
            long beginRegisterWh,
            long endRegisterWh,
            int energyWh,
            int greenWh,
            int promisedWh,
            int shortfallWh,
            int pricePerKWhE4,
            int marginPerKWhE4,
            int vatE4,
            long costMicroEuro,
            long marginMicroEuro,
            long vatMicroEuro,
            long owedMicroEuro,
            long chargedMicroEuro,
            long flexibility,
            long compensationMicroEuro,
            long tokens,
            String records,
            String words) {}

    /** What is known before anything is computed, as it was in one moment. */
    private record Found(
            State state,
            @Nullable Integer settlement,
            @Nullable Long settlementSeconds,
            @Nullable Long finalBlock,
            List<SettlementPosted> posts,
            Map<Integer, Integer> votes,
            int finalCandidate,
            boolean tokensClaimed,
            boolean compensationClaimed,
            @Nullable OwnBills bills,
            @Nullable String reason) {}

    BillMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("bill", values -> of(new Params(values, "session").required(0, 1, Integer.MAX_VALUE)));
    }

    BillOfSession of(int session) {
        var found = methods.read(s -> find(s, Methods.market(s), session));
        var bills = found.bills();
        // outside of the lock, as it may take time
        var answer = bills == null ? new OwnBills.Answer(null, "") : bills.ask(BILL_MILLIS);
        var own = answer.bills();
        return new BillOfSession(
                session,
                found.state().name(),
                found.settlement(),
                found.settlementSeconds(),
                found.finalBlock(),
                found.posts().stream().map(post -> post(post, found, own)).toList(),
                found.tokensClaimed(),
                found.compensationClaimed(),
                own == null ? null : computed(own, session, found),
                own != null ? null : bills == null ? found.reason() : answer.problem());
    }

    private static Found find(Snapshot s, MarketView market, int session) {
        var settlement = market.settlementOf(session);
        if (settlement != null) {
            return inSettlement(s, settlement, session);
        }
        var party = market.billing().session(session);
        if (party != null) {
            return before(s, market, party);
        }
        var record = s.view().session(session);
        if (record != null && record.isOver() && !couldCharge(record)) {
            return nothing(
                    State.NONE, null, null, "session " + session + " was refused or never charged: it has no bill");
        }
        throw Methods.notFound("there is no session " + session + ", or its bill is older than the "
                + market.historyTimesteps() + " timesteps and " + (MarketView.MOST_BYTES >> 20)
                + " MiB of bills that are remembered. `chargeproof bill " + session
                + "` computes it from the chain alone");
    }

    private static boolean couldCharge(SessionRecord record) {
        var decision = record.decision();
        int to = Math.min(record.overTimestep() + 1, record.session().departureTimestep());
        return decision != null && decision.accepted() && to > decision.timestep();
    }

    private static Found inSettlement(Snapshot s, SettlementView settlement, int session) {
        int index = settlement.indexOf(session);
        boolean tokens = settlement.tokensClaimed(index);
        boolean compensation = settlement.compensationClaimed(index);
        State state = tokens || compensation
                ? State.CLAIMED
                : settlement.isFinal() ? State.FINAL : settlement.posts().isEmpty() ? State.OPEN : State.ATTESTED;
        return new Found(
                state,
                settlement.timestep(),
                s.parameters().startOf(settlement.timestep()),
                settlement.isFinal() ? settlement.finalBlock() : null,
                settlement.posts(),
                new TreeMap<>(settlement.votes()),
                settlement.finalCandidate(),
                tokens,
                compensation,
                settlement.bills(),
                null);
    }

    private static Found before(Snapshot s, MarketView market, BillingState.Party session) {
        int now = s.view().timestep();
        int every = market.terms().settlementTimesteps();
        boolean over = session.charged() && (session.ended() || session.departureTimestep() <= now);
        int due = session.overTimestep() + market.terms().graceTimesteps();
        // the one that runs has begun without it
        int first = Math.ceilDiv(Math.max(due, now + 1), every) * every;
        String reason = !session.charged()
                ? "no plan has accepted session " + session.session() + " yet, and it has had no interim power"
                : over
                        ? "it can be in settlement " + first + " or a later one that a quorum stands for"
                        : "session " + session.session() + " is not over: it departs in timestep "
                                + session.departureTimestep() + " at the latest";
        return nothing(
                over ? State.NOT_DUE : State.NOT_ENDED, first, s.parameters().startOf(first), reason);
    }

    private static Found nothing(
            State state, @Nullable Integer settlement, @Nullable Long settlementSeconds, String reason) {
        return new Found(
                state, settlement, settlementSeconds, null, List.of(), Map.of(), -1, false, false, null, reason);
    }

    private static Post post(SettlementPosted post, Found found, @Nullable ComputedBills own) {
        var difference = own == null ? null : own.differenceTo(post);
        return new Post(
                post.candidate(),
                post.operator(),
                found.votes().entrySet().stream()
                        .filter(vote -> vote.getValue() == post.candidate())
                        .map(Map.Entry::getKey)
                        .toList(),
                post.candidate() == found.finalCandidate(),
                post.snapshotBlock(),
                post.valuation().toHexString(),
                post.bills(),
                post.billsRoot().toHexString(),
                post.tokens(),
                (own == null
                                ? Verdict.Result.UNVERIFIED
                                : difference == null ? Verdict.Result.MATCH : Verdict.Result.MISMATCH)
                        .name(),
                difference == null
                        ? null
                        : new VerdictMethods.Difference(
                                difference.field(), difference.posted(), difference.recomputed()));
    }

    private static ComputedBill computed(ComputedBills own, int session, Found found) {
        var settlement = own.settlement();
        int index = own.indexOf(session);
        Bytes bytes = own.bill(index);
        var b = IssuedBill.of(bytes);
        var path = own.proof(index);
        boolean proven = found.posts().stream()
                .filter(post -> post.candidate() == found.finalCandidate())
                .anyMatch(post -> MerkleTree.verify(post.billsRoot(), post.bills(), index, bytes, path));
        return new ComputedBill(
                index,
                own.size(),
                own.billsRoot().toHexString(),
                path.stream().map(Bytes::toHexString).toList(),
                proven,
                settlement.snapshotBlock(),
                settlement.valuation().toHexString(),
                bytes.toHexString(),
                b.account().toHexString(),
                b.provider(),
                b.operator(),
                b.group(),
                b.chargePoint(),
                b.fromTimestep(),
                b.toTimestep(),
                b.beginRegisterWh(),
                b.endRegisterWh(),
                b.energyWh(),
                b.greenWh(),
                b.promisedWh(),
                b.shortfallWh(),
                b.pricePerKWhE4(),
                b.marginPerKWhE4(),
                b.vatE4(),
                b.costMicroEuro(),
                b.marginMicroEuro(),
                b.vatMicroEuro(),
                b.owedMicroEuro(),
                b.chargedMicroEuro(),
                b.flexibility(),
                b.compensationMicroEuro(),
                b.tokens(),
                b.records().toHexString(),
                b.words());
    }
}
