package org.chargeproof.oracle;

import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** As which member an oracle's account speaks. */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final String account;
    private final Bytes accountBytes;
    private final Supplier<LedgerState> state;
    private String problem = "";

    Membership(String account, Supplier<LedgerState> state) {
        this.account = account;
        this.accountBytes = Bytes.fromHexString(account);
        this.state = state;
    }

    /** This operator's id, 0 while its account is not that of a member's oracle. */
    int operator() {
        for (int id : state.get().members()) {
            var member = state.get().operator(id);
            if (member != null && member.oracle().equals(accountBytes)) {
                return id;
            }
        }
        return 0;
    }

    /** What is wrong with the account, empty if nothing; said once when it changes. */
    String problem() {
        String now = operator() != 0
                ? ""
                : "account " + account
                        + " is not the oracle of any member: it follows and plans, but cannot post. Ask an owner to"
                        + " propose it (Consortium.proposeAdmission), or to name it with changeAccounts.";
        if (!now.equals(problem) && !now.isEmpty()) {
            LOG.warn("{}", now);
        }
        problem = now;
        return now;
    }
}
