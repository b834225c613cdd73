package org.chargeproof.plugin.pool;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.UserLogs;

/** Which accounts belong to the network, folded from its logs: members' and providers' own, and the pseudonyms that they have
 * registered. */
public final class Accounts implements LogListener {
    private static final int WORD = 32;
    private static final int ADDRESS_OFFSET = 12;
    private static final int ADDRESS_BYTES = 20;

    /** By id; of a provider without charge points, both accounts send what an operator's owner and users do. */
    private final Map<Integer, Member> members = new HashMap<>();

    private final Map<Bytes, Sender> own = new HashMap<>();
    private final UserTable users = new UserTable(new SecureRandom(), UserTable.MOST);

    private record Member(List<Sender> senders, List<Bytes> accounts) {
        static Member operator(int id, Bytes owner, Bytes oracle, Bytes meter) {
            return new Member(
                    List.of(
                            new Sender(Sender.Kind.OWNER, id),
                            new Sender(Sender.Kind.ORACLE, id),
                            new Sender(Sender.Kind.METER, id)),
                    List.of(owner, oracle, meter));
        }

        static Member provider(int id, Bytes owner, Bytes desk) {
            var sender = new Sender(Sender.Kind.OWNER, id);
            return new Member(List.of(sender, sender), List.of(owner, desk));
        }

        Bytes owner() {
            return accounts.getFirst();
        }
    }

    @Override
    public synchronized void onEvent(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.OperatorAdmitted e ->
                set(e.operator(), Member.operator(e.operator(), e.owner(), e.oracle(), e.meter()));
            case LedgerEvent.OperatorExcluded e -> remove(e.operator());
            case LedgerEvent.ProviderAdmitted e ->
                set(e.provider(), Member.provider(e.provider(), e.owner(), e.desk()));
            case LedgerEvent.ProviderExcluded e -> remove(e.provider());
            case LedgerEvent.DeskChanged e -> {
                var before = members.get(e.provider());
                if (before != null) {
                    set(e.provider(), Member.provider(e.provider(), before.owner(), e.desk()));
                }
            }
            case LedgerEvent.AccountsChanged e -> {
                var before = members.get(e.operator());
                if (before != null) {
                    set(e.operator(), Member.operator(e.operator(), before.owner(), e.oracle(), e.meter()));
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

    /** Whose an account is. The pseudonyms of who was excluded are strangers'. */
    public synchronized Sender of(Bytes account) {
        Sender sender = own.get(account);
        if (sender != null) {
            return sender;
        }
        int operator = users.operatorOf(account);
        return members.containsKey(operator) ? new Sender(Sender.Kind.USER, operator) : Sender.STRANGER;
    }

    /** How many operators and providers there are now. */
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

    private void remove(int operator) {
        members.remove(operator);
        index();
    }

    private void index() {
        own.clear();
        for (Member member : members.values()) {
            for (int i = 0; i < member.accounts().size(); i++) {
                own.put(member.accounts().get(i), member.senders().get(i));
            }
        }
    }
}
