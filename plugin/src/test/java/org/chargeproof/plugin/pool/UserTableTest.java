package org.chargeproof.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class UserTableTest {
    private static final int ACCOUNTS = 30_000;

    @Test
    void knowsWhatAMapKnowsWhateverComesAndGoes() {
        var random = new Random(1);
        var table = new UserTable(random, UserTable.MOST);
        Map<Bytes, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20 * ACCOUNTS; i++) {
            Bytes account = account(random.nextInt(ACCOUNTS));
            int operator = 1 + random.nextInt(60);
            if (random.nextInt(3) > 0) {
                table.add(account, operator);
                expected.putIfAbsent(account, operator);
            } else {
                int of = random.nextBoolean() ? operator : table.operatorOf(account);
                table.remove(account, of);
                expected.remove(account, of);
            }
        }
        assertThat(table.size()).isEqualTo(expected.size()).isPositive();
        for (int i = 0; i < ACCOUNTS; i++) {
            assertThat(table.operatorOf(account(i))).isEqualTo(expected.getOrDefault(account(i), 0));
        }
    }

    @Test
    void takesNoMoreThanItIsToHold() {
        var table = new UserTable(new Random(2), 100);
        for (int i = 0; i < 1_000; i++) {
            table.add(account(i), 1);
        }
        assertThat(table.size()).isEqualTo(100);
        table.remove(account(0), 1);
        table.add(account(500), 2);
        assertThat(table.operatorOf(account(500))).isEqualTo(2);
    }

    /** Two million pseudonyms in a heap of this size would not do as objects. */
    @Test
    void holdsAnAccountInAboutTwentyBytes() {
        var table = new UserTable(new Random(3), UserTable.MOST);
        long before = used();
        for (int i = 0; i < 1_000_000; i++) {
            table.add(account(i), 1);
        }
        assertThat((used() - before) / 1_000_000.0).isLessThan(24);
        assertThat(table.size()).isEqualTo(1_000_000);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Bytes account(int n) {
        return Bytes.concatenate(Bytes.repeat((byte) 0, 16), Bytes.ofUnsignedInt(n));
    }
}
