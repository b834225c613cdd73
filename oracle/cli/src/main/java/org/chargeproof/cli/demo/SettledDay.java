package org.chargeproof.cli.demo;

import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.ReputationReader;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.payment.DemoPayments;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/** The end of a demonstration's day: vouchers are redeemed, tokens are claimed, and one session's receipt is read out. */
final class SettledDay {
    private final DemoNetwork founded;
    private final ChargingWorld world;
    private final DemoLedger ledger;
    private final DemoPayments payments;

    SettledDay(DemoNetwork founded, ChargingWorld world, DemoLedger ledger, DemoPayments payments) {
        this.founded = founded;
        this.world = world;
        this.ledger = ledger;
        this.payments = payments;
    }

    /** @param settlements final ones, whose bills were computed again */
    DemoReport.Settlement settle(AuditReport audit, List<Settlement> settlements, DemoOutput output) {
        output.say("redeeming vouchers, claiming tokens, and checking what meters signed");
        var outcome = payments.settle(settlements, world.cars()::accountOf);
        var bills = audit.billCounts();
        var votes = votes();
        long votesGas = votes.stream()
                .map(hash -> founded.network().client().receipt(hash).orElseThrow())
                .mapToLong(receipt -> receipt.getGasUsed().longValueExact())
                .sum();
        int billed = Math.max(1, outcome.billed());
        var shown = payments.receipt(settlements);
        if (shown != null) {
            output.say(words(shown));
        }
        return new DemoReport.Settlement(
                payments.sessions(),
                outcome.billed(),
                outcome.billedMicroEuro(),
                outcome.paidMicroEuro(),
                outcome.compensationMicroEuro(),
                outcome.disputes(),
                outcome.tokens(),
                signed(settlements),
                unsignedAtFlaky(settlements),
                bills.settlements(),
                bills.bills(),
                bills.wrongBills(),
                bills.missingBills(),
                payments.vouchers(),
                rounded((double) (outcome.transactions() + votes.size()) / billed),
                (outcome.redemptionGas() + votesGas) / billed,
                outcome.claims() == 0 ? 0 : outcome.claimGas() / outcome.claims(),
                reputation(),
                payments.cheating());
    }

    private DemoReport.Reputation reputation() {
        var reputations = ReputationReader.read(founded.network()).reputations();
        var all = reputations.accounts().stream()
                .map(account -> reputations.of(account.id()))
                .toList();
        return new DemoReport.Reputation(
                all.stream().mapToLong(r -> r.asProvider().sessionsItEnded()).sum(),
                // each counts on both sides
                all.stream().mapToLong(r -> r.asOperator().closingsBeaten()).sum(),
                all.stream().mapToLong(r -> r.asOperator().promisesBroken()).sum(),
                all.stream()
                        .mapToLong(r -> r.asOperator().sessionsWithoutRecords())
                        .sum());
    }

    private int signed(List<Settlement> settlements) {
        return (int) settlements.stream()
                .flatMap(settlement -> settlement.bills().stream())
                .filter(bill -> world.meters().verifies(IssuedBill.of(bill)))
                .count();
    }

    private int unsignedAtFlaky(List<Settlement> settlements) {
        int count = 0;
        for (Settlement settlement : settlements) {
            for (var each : settlement.bills()) {
                IssuedBill bill = IssuedBill.of(each);
                var session = ledger.sessions().get(bill.session());
                boolean isFlaky = session != null && world.cars().isFlaky(session);
                count += isFlaky && !world.meters().verifies(bill) ? 1 : 0;
            }
        }
        return count;
    }

    /** The transactions with which operators stood for a settlement. */
    private Set<String> votes() {
        var network = founded.network();
        var filter = new EthFilter(
                DefaultBlockParameter.valueOf(BigInteger.valueOf(network.deployedAtBlock())),
                DefaultBlockParameterName.LATEST,
                network.requireMarket().settlement().getContractAddress());
        filter.addSingleTopic(EventEncoder.encode(org.chargeproof.contracts.Settlement.SETTLEMENTATTESTED_EVENT));
        var hashes = new LinkedHashSet<String>();
        for (EthLog.LogResult<?> log : network.client()
                .ask(network.client().web3j().ethGetLogs(filter))
                .getLogs()) {
            hashes.add(((Log) log.get()).getTransactionHash());
        }
        return hashes;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private String words(DemoPayments.Shown shown) {
        var settlement = shown.settlement();
        var bill = settlement.bills().get(shown.index());
        var path = MerkleTree.proof(settlement.bills(), shown.index());
        boolean proven =
                MerkleTree.verify(settlement.billsRoot(), settlement.bills().size(), shown.index(), bill, path)
                        && founded.network()
                                .client()
                                .call(founded.network()
                                        .requireMarket()
                                        .settlement()
                                        .isFinal(
                                                BigInteger.valueOf(settlement.timestep()),
                                                bill.toArrayUnsafe(),
                                                BigInteger.valueOf(shown.index()),
                                                path.stream()
                                                        .map(Bytes32::toArrayUnsafe)
                                                        .toList()));
        var issued = IssuedBill.of(bill);
        return "the receipt of session " + issued.session() + ", a driver of " + ledger.name(issued.provider()) + " at "
                + ledger.name(issued.operator()) + ":\n  " + issued.words().replace("\n", "\n  ")
                + "\n  the meter's records "
                + (world.meters().verifies(issued)
                        ? "verify by its key on chain, and tell the same energy"
                        : "DO NOT VERIFY")
                + "\n  bill " + shown.index() + " of " + settlement.bills().size() + " in settlement "
                + settlement.timestep() + ", which is final:\n  "
                + (proven ? "proven by its path, and by the contract" : "NOT PROVEN");
    }
}
