package org.chargeproof.oracle.person;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.chargeproof.api.DriverService.RefusedException;
import org.chargeproof.database.OpenPerson;
import org.chargeproof.database.Persons;
import org.chargeproof.database.SessionRow;
import org.chargeproof.payment.wallet.Derivation;
import org.web3j.crypto.Credentials;

/**
 * Vouches for accounts before they are asked for: those of all who are new or have used one, once a timestep and in one transaction. So a
 * request need not wait for a block of its own, and the ledger does not show when a driver of this provider comes.
 */
final class SpareAccounts {
    /** Of a person. */
    private static final int SPARE = 2;

    private final Persons persons;
    private final DriverLedger ledger;
    private final AccountsInUse inUse;
    private final Set<String> wanting = ConcurrentHashMap.newKeySet();
    private int lookedAt = -1;

    /** An account that is to be vouched for. */
    private record Spare(String person, int number, Credentials account) {}

    SpareAccounts(Persons persons, DriverLedger ledger, AccountsInUse inUse) {
        this.persons = persons;
        this.ledger = ledger;
        this.inUse = inUse;
    }

    /** Somebody has used an account, or is new. Those of before a start are vouched for when they ask. */
    void want(String person) {
        wanting.add(person);
    }

    /** Vouches for what is wanted, if a timestep has begun since. One thread at a time. */
    void lookAfter(int timestep) throws RefusedException {
        if (timestep == lookedAt) {
            return;
        }
        var spares = new ArrayList<Spare>();
        try {
            for (String person : List.copyOf(wanting)) {
                if (spares.size() + SPARE > DriverLedger.MOST_AT_ONCE) {
                    break;
                }
                wanting.remove(person);
                persons.with(person, open -> take(person, open)).ifPresent(spares::addAll);
            }
            if (!spares.isEmpty()) {
                // their order would tell whose belong together
                Collections.shuffle(spares);
                ledger.vouch(spares.stream().map(Spare::account).toList(), hash -> vouchedIn(spares, hash));
                spares.forEach(spare -> change(spare, row -> row.in(SessionRow.State.VOUCHED)));
            }
        } catch (RefusedException e) {
            spares.forEach(spare -> want(spare.person()));
            throw e;
        } finally {
            spares.forEach(spare -> inUse.leave(spare.person(), spare.number()));
        }
        if (wanting.isEmpty()) {
            lookedAt = timestep;
        }
    }

    private List<Spare> take(String id, OpenPerson person) {
        var spares = new ArrayList<Spare>();
        if (person.record().exportedSeconds() > 0) {
            return spares;
        }
        var rows = person.sessions();
        long there = rows.values().stream()
                .filter(row -> row.state() == SessionRow.State.VOUCHED)
                .count();
        // those that a refusal has left come first: else each try would take others
        var numbers = new ArrayList<>(rows.entrySet().stream()
                .filter(e -> e.getValue().state() == SessionRow.State.TAKEN && !inUse.has(id, e.getKey()))
                .map(Map.Entry::getKey)
                .toList());
        int next = rows.isEmpty() ? 0 : rows.lastKey() + 1;
        while (there + numbers.size() < SPARE) {
            numbers.add(next++);
        }
        var wallet = Derivation.of(person.words());
        for (int number : numbers.subList(0, (int) Math.max(0, SPARE - there))) {
            var account = wallet.session(number);
            person.put(number, SessionRow.taken(account.getAddress().toLowerCase(Locale.ROOT), -1, 0, 0, 0));
            inUse.enter(id, number);
            spares.add(new Spare(id, number, account));
        }
        return spares;
    }

    private void vouchedIn(List<Spare> spares, String hash) {
        spares.forEach(spare -> change(spare, row -> row.vouchedIn(hash)));
    }

    private void change(Spare spare, UnaryOperator<SessionRow> change) {
        DriverDesk.change(persons, spare.person(), spare.number(), change);
    }
}
