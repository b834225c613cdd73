package org.chargeproof.cli.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.payment.DemoPayments;
import org.chargeproof.cli.demo.world.ChargingWorld;
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
    private static final int MICRO = 6;
    private static final double WH_PER_KWH = 1_000.0;
    // where a bill holds what: see docs/reference/bills.md
    private static final int CHARGE_POINT_AT = 34;
    private static final int ENERGY_AT = 62;
    private static final int GREEN_AT = 66;
    private static final int COST_AT = 88;
    private static final int MARGIN_AT = 96;
    private static final int VAT_AT = 104;
    private static final int CHARGED_AT = 120;
    private static final int TOKENS_AT = 144;
    private static final int PROVIDER_AT = 28;
    private static final int OPERATOR_AT = 29;

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
        output.say("redeeming vouchers and claiming tokens");
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
                bills.settlements(),
                bills.bills(),
                bills.wrongBills(),
                bills.missingBills(),
                payments.vouchers(),
                rounded((double) (outcome.transactions() + votes.size()) / billed),
                (outcome.redemptionGas() + votesGas) / billed,
                outcome.claims() == 0 ? 0 : outcome.claimGas() / outcome.claims());
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
        var bill = shown.bill();
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
        return "the receipt of session %d: %.1f kWh at charge point %d of %s, %.0f %% of it from PV there,%n"
                        .formatted(
                                Settlement.sessionOf(bill),
                                bill.getInt(ENERGY_AT) / WH_PER_KWH,
                                bill.getInt(CHARGE_POINT_AT),
                                ledger.name(Byte.toUnsignedInt(bill.get(OPERATOR_AT))),
                                100.0 * bill.getInt(GREEN_AT) / Math.max(1, bill.getInt(ENERGY_AT)))
                + "  paid to %s: energy %s EUR, margin %s, VAT %s, together %s EUR; %s flexibility tokens.%n"
                        .formatted(
                                ledger.name(Byte.toUnsignedInt(bill.get(PROVIDER_AT))),
                                euros(bill.getLong(COST_AT)),
                                euros(bill.getLong(MARGIN_AT)),
                                euros(bill.getLong(VAT_AT)),
                                euros(bill.getLong(CHARGED_AT)),
                                euros(bill.getLong(TOKENS_AT)))
                + "  It stands at place %d of %d in the bills of settlement %d, which is final: %s."
                        .formatted(
                                shown.index(),
                                settlement.bills().size(),
                                settlement.timestep(),
                                proven ? "proven by its path, and by the contract" : "NOT PROVEN");
    }

    private static BigDecimal euros(long micro) {
        return BigDecimal.valueOf(micro, MICRO);
    }
}
