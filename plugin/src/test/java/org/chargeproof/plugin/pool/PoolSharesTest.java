package org.chargeproof.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.plugin.pool.PoolShares.Waiting;
import org.junit.jupiter.api.Test;

class PoolSharesTest {
    private static final int MEMBERS = 4;
    /** tx-pool-max-prioritized and tx-pool-layer-max-capacity of config.toml. */
    private static final int POOL = 5_000;

    private static final long POOL_BYTES = 50_000_000;

    @Test
    void refusesStrangersUnlessTheyAreAllowedOrNotKnownYet() {
        var stranger = new Waiting(AccountsTest.account(1), Sender.STRANGER, 0);
        assertThat(new PoolShares(false).objection(stranger, MEMBERS, true))
                .hasValueSatisfying(r -> assertThat(r)
                        .contains("belongs to no member", stranger.account().toString()));
        assertThat(new PoolShares(false).objection(stranger, MEMBERS, false)).isEmpty();
        assertThat(new PoolShares(true).objection(stranger, MEMBERS, true)).isEmpty();
    }

    @Test
    void oneMemberCannotFillThePoolAndItsUsersCannotKeepItsOracleOut() {
        var shares = new PoolShares(false);
        var user = new Sender(Sender.Kind.USER, 1);
        int taken = 0;
        for (int i = 0; i < 10 * POOL; i++) {
            taken += offer(shares, new Waiting(AccountsTest.account(i), user, 100), MEMBERS) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(PoolShares.OTHERS_OF_ALL / (MEMBERS + 1));
        assertThat(shares.objection(of(Sender.Kind.OWNER, 1, 100), MEMBERS, true))
                .hasValueSatisfying(r -> assertThat(r).startsWith(PoolShares.LATER));
        assertThat(shares.objection(of(Sender.Kind.ORACLE, 1, 100), MEMBERS, true))
                .isEmpty();
        assertThat(shares.objection(of(Sender.Kind.OWNER, 2, 100), MEMBERS, true))
                .isEmpty();
    }

    @Test
    void aUserHasAFewAndNobodySendsMegabytes() {
        var shares = new PoolShares(false);
        var one = of(Sender.Kind.USER, 1, 100);
        for (int i = 0; i < PoolShares.OF_USER; i++) {
            assertThat(offer(shares, one, MEMBERS)).isTrue();
        }
        assertThat(shares.objection(one, MEMBERS, true))
                .hasValueSatisfying(r -> assertThat(r).contains("a user has no more"));
        assertThat(shares.objection(of(Sender.Kind.ORACLE, 1, PoolShares.MOST_BYTES + 1), MEMBERS, true))
                .hasValueSatisfying(r -> assertThat(r).contains("131073 bytes", "at most 131072"));
    }

    @Test
    void allTogetherStayWithinWhatThePoolSorts() {
        for (int members : new int[] {1, 4, 31}) {
            var shares = new PoolShares(true);
            var all = new ArrayList<Waiting>();
            for (int operator = 0; operator <= members; operator++) {
                for (int i = 0; i < POOL; i++) {
                    for (Waiting one : List.of(
                            operator == 0
                                    ? new Waiting(AccountsTest.account(i), Sender.STRANGER, 90_000)
                                    : new Waiting(
                                            AccountsTest.account(i), new Sender(Sender.Kind.USER, operator), 90_000),
                            of(operator == 0 ? Sender.Kind.STRANGER : Sender.Kind.ORACLE, operator, 90_000))) {
                        if (offer(shares, one, members)) {
                            all.add(one);
                        }
                    }
                }
            }
            assertThat(all).hasSizeLessThan(POOL);
            assertThat(all.stream().mapToLong(Waiting::bytes).sum()).isLessThan(POOL_BYTES);
        }
    }

    @Test
    void whatHasGoneIntoABlockMakesRoom() {
        var shares = new PoolShares(false);
        var one = of(Sender.Kind.ORACLE, 1, 100);
        while (offer(shares, one, MEMBERS)) {
            assertThat(shares.objection(of(Sender.Kind.ORACLE, 2, 100), MEMBERS, true))
                    .isEmpty();
        }
        shares.recount(List.of(one));
        assertThat(offer(shares, one, MEMBERS)).isTrue();
    }

    private static boolean offer(PoolShares shares, Waiting one, int members) {
        boolean takes = shares.objection(one, members, true).isEmpty();
        if (takes) {
            shares.added(one);
        }
        return takes;
    }

    private static Waiting of(Sender.Kind kind, int operator, int bytes) {
        Bytes account =
                AccountsTest.account(1_000_000 + 10 * operator + kind.name().length());
        return new Waiting(account, new Sender(kind, operator), bytes);
    }
}
