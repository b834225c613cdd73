package org.chargeproof.oracle.person;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.chargeproof.api.DriverService.RefusedException;
import org.chargeproof.contracts.Settlement;
import org.chargeproof.database.Persons;
import org.chargeproof.database.SessionRow;
import org.chargeproof.payment.wallet.Derivation;
import org.chargeproof.view.rpc.BillMethods.BillOfSession;
import org.chargeproof.view.rpc.BillMethods.ComputedBill;
import org.chargeproof.view.rpc.BillMethods.State;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims what final bills give, tokens and compensations, to the first account of each driver's wallet, and lets go of the accounts whose
 * sessions are over: the ledger has room for 200,000 of a provider.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
    private static final int PAGE = 500;
    private static final long OLD_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final Persons persons;
    private final DriverLedger ledger;
    private final Methods methods;
    /** Sessions whose bills are still to come, and whose they are. */
    private final Map<Integer, Owner> open = new ConcurrentSkipListMap<>();

    /** Of them, those whose claims were sent. */
    private final Set<Integer> sent = new HashSet<>();

    private boolean isLoaded;
    private int lookedAt = -1;

    private record Owner(String person, int number) {}

    /** What is to be done for a session whose bill is final, or that has none; without a claim there is nothing left to claim. */
    private record Due(
            int session, Owner owner, String account, Settlement.@Nullable Claim claim, long chargedMicroEuro) {}

    Claims(Persons persons, DriverLedger ledger, Methods methods) {
        this.persons = persons;
        this.ledger = ledger;
        this.methods = methods;
    }

    /** A session is on the ledger. */
    void add(int session, String person, int number) {
        open.put(session, new Owner(person, number));
    }

    /** Looks at each session once for each final settlement, and again once its claim was sent; one thread at a time. */
    void look() throws RefusedException {
        if (!isLoaded) {
            load();
            isLoaded = true;
        }
        int settlement = ledger.lastFinalSettlement();
        if (settlement != lookedAt) {
            // an operator may have added to its guarantee, which was short of a compensation
            sent.clear();
        }
        var claims = new ArrayList<Due>();
        var closed = new ArrayList<Due>();
        for (var entry : open.entrySet()) {
            boolean isSent = sent.contains(entry.getKey());
            var due = settlement == lookedAt && !isSent ? null : look(entry.getKey(), entry.getValue());
            if (due != null && due.claim() == null) {
                closed.add(due);
            } else if (due != null && !isSent) {
                claims.add(due);
            }
            if (Math.max(claims.size(), closed.size()) == DriverLedger.MOST_AT_ONCE) {
                // the others with the next look
                settlement = lookedAt;
                break;
            }
        }
        claim(claims);
        close(closed);
        lookedAt = settlement;
    }

    private void claim(List<Due> due) throws RefusedException {
        var claims = new ArrayList<Settlement.Claim>();
        for (var each : due) {
            var claim = each.claim();
            if (claim != null) {
                claims.add(claim);
            }
        }
        if (!claims.isEmpty()) {
            ledger.claim(claims);
            due.forEach(each -> sent.add(each.session()));
            LOG.info("{} bills of drivers' sessions were claimed", claims.size());
        }
    }

    private void close(List<Due> due) throws RefusedException {
        var used = new ArrayList<String>();
        for (var each : due) {
            if (ledger.isVouchedFor(each.account())) {
                used.add(each.account());
            }
        }
        if (!used.isEmpty()) {
            ledger.retire(used);
        }
        for (var each : due) {
            DriverDesk.change(
                    persons,
                    each.owner().person(),
                    each.owner().number(),
                    row -> row.charged(each.chargedMicroEuro()).in(SessionRow.State.CLOSED));
            open.remove(each.session());
            sent.remove(each.session());
        }
    }

    /** Null while its bill is still to come. */
    private @Nullable Due look(int session, Owner owner) {
        var bill = bill(session);
        var state = bill == null ? State.NONE : State.valueOf(bill.state());
        var computed = bill == null ? null : bill.bill();
        boolean isFinal = (state == State.FINAL || state == State.CLAIMED) && computed != null && computed.proven();
        if (!isFinal && state != State.NONE) {
            return null;
        }
        int settlement = bill == null || bill.settlement() == null ? 0 : bill.settlement();
        var done = persons.with(owner.person(), person -> {
            var row = Objects.requireNonNull(person.sessions().get(owner.number()));
            if (bill == null && Instant.now().getEpochSecond() - row.requestedSeconds() < OLD_SECONDS) {
                return Optional.<Due>empty();
            }
            var wallet = Derivation.of(person.words());
            var claim = bill != null && computed != null && isFinal && gives(bill, computed)
                    ? ledger.claimOf(
                            wallet.session(owner.number()), wallet.payer().getAddress(), session, settlement, computed)
                    : null;
            long chargedMicroEuro =
                    computed == null ? Math.max(0, row.chargedMicroEuro()) : computed.chargedMicroEuro();
            return Optional.of(new Due(session, owner, row.account(), claim, chargedMicroEuro));
        });
        if (done.isEmpty()) {
            // its person was deleted, and with it who could sign
            open.remove(session);
            return null;
        }
        return done.get().orElse(null);
    }

    /** Null for one that is so old that nobody remembers it, or so young that its block is still to be read. */
    private @Nullable BillOfSession bill(int session) {
        try {
            return methods.bill(session);
        } catch (RpcException e) {
            if (e.code() == RpcException.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private static boolean gives(BillOfSession bill, ComputedBill computed) {
        return (computed.tokens() > 0 && !bill.tokensClaimed())
                || (computed.compensationMicroEuro() > 0 && !bill.compensationClaimed());
    }

    private void load() {
        for (String after = ""; ; ) {
            var page = persons.list(after, PAGE);
            for (var listed : page) {
                persons.with(listed.id(), person -> {
                    person.sessions().forEach((number, row) -> {
                        if (row.state() == SessionRow.State.ON_LEDGER) {
                            add(row.session(), listed.id(), number);
                        }
                    });
                    return true;
                });
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.getLast().id();
        }
    }
}
