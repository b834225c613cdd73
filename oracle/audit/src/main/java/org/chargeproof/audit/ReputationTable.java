package org.chargeproof.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chargeproof.console.output.Printable;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.reputation.Reputation;
import org.chargeproof.protocol.reputation.Reputation.Kind;
import org.chargeproof.protocol.reputation.Reputations;

/** Reputations as people read them, in 80 columns, and as programs do. */
final class ReputationTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NAME_CHARACTERS = 14;
    private static final Map<Kind, String> WORDS = Map.of(
            Kind.ENDED_BY_PROVIDER, "ended early at operator %d",
            Kind.ENDED_BY_OPERATOR, "ended early, of provider %d",
            Kind.PAYMENT_LATE, "late with a payment to operator %d",
            Kind.DRIVERS_LATE, "its drivers late with a payment on chain",
            Kind.CLOSING_BEATEN, "closing beaten by a newer voucher, with %d",
            Kind.PROMISE_BROKEN, "promise broken to drivers of provider %d",
            Kind.NO_RECORDS, "no signed records, for provider %d");

    private ReputationTable() {}

    /** Prints tables for all of these accounts. */
    static void print(Reputations reputations, List<Reputations.Account> accounts, PrintWriter out) {
        out.println("Providers, who vouch and pay:");
        var providers = new TextTable("id", "name", "sessions", "ended", "owed EUR", "unpaid EUR", "late", "beaten");
        var drivers = new TextTable("id", "name", "billed", "charged EUR", "in channels EUR", "late");
        var operators = new TextTable("id", "name", "sessions", "ended", "unsigned", "broken", "owes EUR", "beaten");
        for (var account : accounts) {
            String id = String.valueOf(account.id());
            String name = name(account);
            var p = reputations.of(account.id()).asProvider();
            var o = reputations.of(account.id()).asOperator();
            providers.row(
                    id,
                    name,
                    number(p.sessions()),
                    number(p.sessionsItEnded()),
                    euros(p.owedMicroEuro()),
                    euros(p.unpaidMicroEuro()),
                    of(p.paymentsLate(), p.payments()),
                    of(p.closingsBeaten(), p.closings()));
            drivers.row(
                    id,
                    name,
                    number(p.sessionsBilled()),
                    euros(p.chargedMicroEuro()),
                    euros(p.paidByDriversMicroEuro()),
                    of(p.driverPaymentsLate(), p.driverPayments()));
            if (account.hasChargePoints()) {
                operators.row(
                        id,
                        name,
                        number(o.sessions()),
                        number(o.sessionsItEnded()),
                        number(o.sessionsWithoutRecords()),
                        of(o.promisesBroken(), o.settlements()),
                        euros(o.compensationMicroEuro()),
                        of(o.closingsBeaten(), o.closings()));
            }
        }
        providers.print(out);
        out.println();
        out.println("What their drivers owe them, paid by channels:");
        drivers.print(out);
        if (accounts.stream().anyMatch(Reputations.Account::hasChargePoints)) {
            out.println();
            out.println("Operators of charge points:");
            operators.print(out);
        }
    }

    /** Lines for the reasons of one account, newest first. */
    static List<String> reasons(Reputation reputation) {
        return reputation.reasons().stream()
                .map(r -> "timestep " + r.timestep() + ": "
                        + WORDS.getOrDefault(r.kind(), r.kind().name()).formatted(r.other())
                        + (r.session() == 0 ? "" : ", session " + r.session())
                        + (r.microEuro() == 0 ? "" : ", " + IssuedBill.euros(r.microEuro()) + " EUR"))
                .toList();
    }

    /** The same as charge_reputation. */
    static ObjectNode json(Reputations.Account account, Reputation reputation) {
        var json = JSON.createObjectNode()
                .put("account", account.id())
                .put("name", account.name())
                .put("hasChargePoints", account.hasChargePoints())
                .put("isExcluded", account.isExcluded())
                .put("paymentTimesteps", Reputations.PAYMENT_TIMESTEPS);
        json.set("asProvider", JSON.valueToTree(reputation.asProvider()));
        json.set("asOperator", JSON.valueToTree(reputation.asOperator()));
        var reasons = json.putArray("reasons");
        for (var r : reputation.reasons()) {
            reasons.addObject()
                    .put("kind", r.kind().name())
                    .put("session", r.session() == 0 ? null : Integer.valueOf(r.session()))
                    .put("timestep", r.timestep())
                    .put("microEuro", r.microEuro() == 0 ? null : Long.valueOf(r.microEuro()))
                    .put("other", r.other());
        }
        return json;
    }

    private static String name(Reputations.Account account) {
        // whoever is admitted chooses it
        String name = (account.isExcluded() ? "-" : "") + Printable.of(account.name());
        return name.length() <= NAME_CHARACTERS ? name : name.substring(0, NAME_CHARACTERS - 1) + ".";
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String of(long part, long whole) {
        return part + "/" + whole;
    }

    /** Rounded down to cents; --json has all digits. */
    private static String euros(long microEuro) {
        return String.format(
                Locale.ROOT, "%,.2f", BigDecimal.valueOf(microEuro, 6).setScale(2, RoundingMode.DOWN));
    }
}
