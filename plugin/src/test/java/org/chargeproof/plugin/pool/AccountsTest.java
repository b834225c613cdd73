package org.chargeproof.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.UserLogs;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.crypto.Hash;

class AccountsTest {
    private static final String REGISTERED = "UsersRegistered(uint8,address[])";
    private static final String RETIRED = "UsersRetired(uint8,address[])";

    @Test
    void knowsMembersUntilTheyAreExcludedOrChangeTheirAccounts() {
        var accounts = new Accounts();
        accounts.onEvent(new LedgerEvent.OperatorAdmitted(1, "A", account(11), account(12), account(13)));
        accounts.onEvent(new LedgerEvent.OperatorAdmitted(2, "B", account(21), account(22), account(23)));

        assertThat(accounts.memberCount()).isEqualTo(2);
        assertThat(accounts.of(account(11))).isEqualTo(new Sender(Sender.Kind.OWNER, 1));
        assertThat(accounts.of(account(22))).isEqualTo(new Sender(Sender.Kind.ORACLE, 2));
        assertThat(accounts.of(account(23))).isEqualTo(new Sender(Sender.Kind.METER, 2));
        assertThat(accounts.of(account(31))).isEqualTo(Sender.STRANGER);

        accounts.onEvent(new LedgerEvent.AccountsChanged(2, account(24), account(23)));
        assertThat(accounts.of(account(22))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.of(account(24))).isEqualTo(new Sender(Sender.Kind.ORACLE, 2));

        accounts.onEvent(new LedgerEvent.OperatorExcluded(2));
        assertThat(accounts.of(account(21))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.memberCount()).isEqualTo(1);
    }

    @Test
    void knowsPseudonymsWhileTheyAreRegisteredByAMember() {
        var accounts = new Accounts();
        accounts.onEvent(new LedgerEvent.OperatorAdmitted(1, "A", account(11), account(12), account(13)));
        accounts.onEvent(new LedgerEvent.OperatorAdmitted(2, "B", account(21), account(22), account(23)));
        accounts.onUsers(log(REGISTERED, 1, 101, 102, 103));
        // what another operator has stays with it
        accounts.onUsers(log(REGISTERED, 2, 103, 104));
        accounts.onUsers(log(RETIRED, 1, 101));
        accounts.onUsers(log(REGISTERED, 2));

        assertThat(accounts.userCount()).isEqualTo(3);
        assertThat(accounts.of(account(101))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.of(account(102))).isEqualTo(new Sender(Sender.Kind.USER, 1));
        assertThat(accounts.of(account(103))).isEqualTo(new Sender(Sender.Kind.USER, 1));
        assertThat(accounts.of(account(104))).isEqualTo(new Sender(Sender.Kind.USER, 2));

        accounts.onEvent(new LedgerEvent.OperatorExcluded(2));
        assertThat(accounts.of(account(104))).isEqualTo(Sender.STRANGER);
    }

    @Test
    void knowsProvidersAndTheirUsers() {
        var accounts = new Accounts();
        accounts.onEvent(new LedgerEvent.OperatorAdmitted(1, "A", account(11), account(12), account(13)));
        accounts.onEvent(new LedgerEvent.ProviderAdmitted(255, "P", account(21), account(22)));
        accounts.onUsers(log(REGISTERED, 255, 101));
        assertThat(accounts.memberCount()).isEqualTo(2);
        assertThat(accounts.of(account(21))).isEqualTo(new Sender(Sender.Kind.OWNER, 255));
        assertThat(accounts.of(account(22))).isEqualTo(new Sender(Sender.Kind.OWNER, 255));
        assertThat(accounts.of(account(101))).isEqualTo(new Sender(Sender.Kind.USER, 255));

        accounts.onEvent(new LedgerEvent.DeskChanged(255, account(23)));
        assertThat(accounts.of(account(22))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.of(account(23))).isEqualTo(new Sender(Sender.Kind.OWNER, 255));

        accounts.onEvent(new LedgerEvent.ProviderExcluded(255));
        assertThat(accounts.of(account(21))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.of(account(101))).isEqualTo(Sender.STRANGER);
        assertThat(accounts.memberCount()).isEqualTo(1);
    }

    @Test
    void readsTheEventsThatTheContractWrites() throws IOException {
        var signatures = new ArrayList<String>();
        for (JsonNode entry : new ObjectMapper()
                .readTree(AccountsTest.class.getResource("/org/chargeproof/contracts/abi/AssetRegistry.abi"))) {
            if (entry.path("name").asText().startsWith("Users")) {
                assertThat(entry.path("type").asText()).isEqualTo("event");
                assertThat(entry.at("/inputs/0/indexed").asBoolean()).isTrue();
                signatures.add(entry.get("name").asText() + "("
                        + String.join(",", entry.get("inputs").findValuesAsText("type")) + ")");
            }
        }
        assertThat(signatures).containsExactlyInAnyOrder(REGISTERED, RETIRED);
        assertThat(signatures)
                .allSatisfy(s -> assertThat(UserLogs.contain(new RawLog(
                                0,
                                0,
                                account(1),
                                List.of(Bytes32.fromHexString(Hash.sha3String(s)), Bytes32.ZERO),
                                Bytes.EMPTY)))
                        .isTrue());
    }

    static RawLog log(String signature, int operator, int... accounts) {
        var data = FunctionEncoder.encodeConstructor(List.of(new DynamicArray<>(
                Address.class,
                Arrays.stream(accounts)
                        .mapToObj(n -> new Address(account(n).toHexString()))
                        .toList())));
        return new RawLog(
                0,
                0,
                account(2),
                List.of(Bytes32.fromHexString(Hash.sha3String(signature)), Bytes32.leftPad(Bytes.of(operator))),
                Bytes.fromHexString("0x" + data));
    }

    static Bytes account(int n) {
        return Bytes.concatenate(Bytes.repeat((byte) 0, 16), Bytes.ofUnsignedInt(n));
    }
}
