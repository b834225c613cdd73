package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.junit.jupiter.api.Test;

/** Holds what is decoded against what the contracts emit. */
class ContractEventsTest {
    /** Events that no input and no verdict depends on; add one here only after asking what an auditor would miss without it. */
    private static final Map<String, String> NOT_DECODED = Map.ofEntries(
            Map.entry("AlgorithmApproved", "its effect is AlgorithmActivated"),
            Map.entry("AlgorithmStarted", "its effect is AlgorithmActivated"),
            Map.entry("AlgorithmStored", "its effect is AlgorithmActivated"),
            Map.entry("Approval", "the tokens of ERC-20 are no business of plans"),
            Map.entry("BatteryRegistered", "plans do not use batteries yet"),
            Map.entry("BatteryReported", "plans do not use batteries yet"),
            Map.entry("DepositRequirementChanged", "the contract holds requests to it"),
            Map.entry("EIP712DomainChanged", "the domain is fixed in the contracts' code"),
            Map.entry("GroupOpened", "its effect is ChargePointRegistered"),
            Map.entry("GuaranteeChanged", "payment follows bills, and no plan follows payment"),
            Map.entry("GuaranteeTakingAnnounced", "payment follows bills, and no plan follows payment"),
            Map.entry("Issued", "euros are no business of plans"),
            Map.entry("IssuerCapChanged", "euros are no business of plans"),
            Map.entry("IssuerProposed", "euros are no business of plans"),
            Map.entry("MeterKeyChanged", "signed records are checked by who is shown them"),
            Map.entry("Proposed", "its effect is OperatorAdmitted or OperatorExcluded"),
            Map.entry("PvRegistered", "plans depend on forecast and report of PV, not on its size"),
            Map.entry("Redeemed", "euros are no business of plans"),
            Map.entry("RoamingShareChanged", "the contract holds requests to it"),
            Map.entry("Transfer", "the tokens of ERC-20 are no business of plans"),
            Map.entry("UsersRegistered", "the contract lets users only ask"),
            Map.entry("UsersRetired", "the contract lets users only ask"),
            Map.entry("Voted", "its effect is OperatorAdmitted or OperatorExcluded"));

    @Test
    void everyDecodedEventHasTheSignatureOfTheContracts() {
        var known = new LinkedHashMap<String, Bytes32>();
        ContractAbi.events().forEach((name, event) -> known.put(name, ContractAbi.topic(event)));
        var topics = new TreeSet<>(LogDecoder.topics());
        topics.removeAll(known.values());
        assertThat(topics).as("topics that no contract emits").isEmpty();
    }

    @Test
    void everyEventIsDecodedOrDeliberatelyNot() {
        var decoded = ContractAbi.events().entrySet().stream()
                .filter(entry -> LogDecoder.topics().contains(ContractAbi.topic(entry.getValue())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        var all = new TreeSet<>(decoded);
        all.addAll(NOT_DECODED.keySet());
        assertThat(all).isEqualTo(new TreeSet<>(ContractAbi.events().keySet()));
        assertThat(decoded).doesNotContainAnyElementsOf(NOT_DECODED.keySet());
        assertThat(decoded)
                .isEqualTo(emitted().map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Interim power follows from other events: no contract emits it. */
    private static Stream<Class<?>> emitted() {
        return Stream.<Class<?>>of(LedgerEvent.class.getPermittedSubclasses())
                .filter(type -> type != LedgerEvent.PowerGranted.class);
    }

    @Test
    void fieldsHaveTheNamesOfTheContracts() {
        for (var type : emitted().toList()) {
            var inputs = ContractAbi.events().get(type.getSimpleName()).get("inputs");
            var components = List.of(type.getRecordComponents());
            assertThat(components).as(type.getSimpleName()).hasSize(inputs.size());
            for (int i = 0; i < components.size(); i++) {
                assertThat(components.get(i).getName())
                        .isEqualTo(inputs.get(i).get("name").asText());
            }
        }
    }

    @Test
    void indexedFieldsAreWhereTheDecoderLooksForThem() {
        var expected = new LedgerEvent.GroupReported(3, 2_000_000, 4, 5, 6);
        assertThat(LogDecoder.decode(ContractAbi.log(1, 0, expected))).contains(expected);
        var session = new LedgerEvent.SessionEnded(1, 2, 3, 2);
        assertThat(LogDecoder.decode(ContractAbi.log(1, 0, session))).contains(session);
    }
}
