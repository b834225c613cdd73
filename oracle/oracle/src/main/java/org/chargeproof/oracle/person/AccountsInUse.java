package org.chargeproof.oracle.person;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accounts that something of this process is about to use. Safe for use by many threads. */
final class AccountsInUse {
    private final Set<Account> used = ConcurrentHashMap.newKeySet();

    private record Account(String person, int number) {}

    void enter(String person, int number) {
        used.add(new Account(person, number));
    }

    void leave(String person, int number) {
        used.remove(new Account(person, number));
    }

    boolean has(String person, int number) {
        return used.contains(new Account(person, number));
    }
}
