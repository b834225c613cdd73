package org.chargeproof.plugin.pool;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.UserLogs;

/** Which accounts belong to the network, folded from its logs: members' own, and the pseudonyms that they have registered. */
public final class Accounts implements LogListener {
    private static final int WORD = 32;
    private static final int ADDRESS_OFFSET = 12;
    private static final int ADDRESS_BYTES = 20;

    private final Map<Integer, Member> members = new HashMap<>();
    private final Map<Bytes, Sender> own = new HashMap<>();
    private final UserTable users = new UserTable(new SecureRandom(), UserTable.MOST);

    private record Member(Bytes owner, Bytes oracle, Bytes meter) {}

    @Override
    public synchronized void onEvent(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.OperatorAdmitted e -> set(e.operator(), new Member(e.owner(), e.oracle(), e.meter()));
            case LedgerEvent.OperatorExcluded e -> {
                members.remove(e.operator());
                index();
            }
            case LedgerEvent.AccountsChanged e -> {
                var before = members.get(e.operator());
                if (before != null) {
                    set(e.operator(), new Member(before.owner(), e.oracle(), e.meter()));
                }
            }
            default -> {
                // of no account
            }
        }
    }

    @Override
    public synchronized void onUsers(RawLog log) {
        int operator = log.topics().getLast().get(WORD - 1) & 0xff;
        BiConsumer<Bytes, Integer> change =
                log.topics().getFirst().equals(UserLogs.REGISTERED) ? users::add : users::remove;
        // an array of words behind its offset and its length; the contract writes nothing else
        Bytes data = log.data();
        for (int at = 2 * WORD; at + WORD <= data.size(); at += WORD) {
            change.accept(data.slice(at + ADDRESS_OFFSET, ADDRESS_BYTES), operator);
        }
    }

    /** Whose an account is. The pseudonyms of an operator that was excluded are strangers'. */
    public synchronized Sender of(Bytes account) {
        Sender sender = own.get(account);
        if (sender != null) {
            return sender;
        }
        int operator = users.operatorOf(account);
        return members.containsKey(operator) ? new Sender(Sender.Kind.USER, operator) : Sender.STRANGER;
    }

    /** How many operators are members now. */
    public synchronized int memberCount() {
        return members.size();
    }

    /** How many pseudonyms are registered. */
    public synchronized int userCount() {
        return users.size();
    }

    private void set(int operator, Member member) {
        members.put(operator, member);
        index();
    }

    private void index() {
        own.clear();
        members.forEach((operator, member) -> {
            own.put(member.owner(), new Sender(Sender.Kind.OWNER, operator));
            own.put(member.meter(), new Sender(Sender.Kind.METER, operator));
            own.put(member.oracle(), new Sender(Sender.Kind.ORACLE, operator));
        });
    }
}
