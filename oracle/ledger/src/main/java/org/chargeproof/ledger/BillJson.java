package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;

/** A bill with its place in a settlement as JSON: what people read, and what a claim needs. Money and tokens in millionths. */
public final class BillJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BillJson() {}

    /**
     * One bill of a settlement that was computed here.
     *
     * @param index place of the bill
     */
    public static ObjectNode of(Settlement settlement, int index) {
        Bytes bytes = settlement.bills().get(index);
        var bill = IssuedBill.of(bytes);
        var json = JSON.createObjectNode()
                .put("session", bill.session())
                .put("settlement", settlement.timestep())
                .put("index", index)
                .put("bills", settlement.bills().size())
                .put("billsRoot", settlement.billsRoot().toHexString())
                .put("bill", bytes.toHexString())
                .put("account", bill.account().toHexString())
                .put("provider", bill.provider())
                .put("operator", bill.operator())
                .put("chargePoint", bill.chargePoint())
                .put("fromTimestep", bill.fromTimestep())
                .put("toTimestep", bill.toTimestep())
                .put("beginRegisterWh", bill.beginRegisterWh())
                .put("endRegisterWh", bill.endRegisterWh())
                .put("energyWh", bill.energyWh())
                .put("greenWh", bill.greenWh())
                .put("pricePerKWhE4", bill.pricePerKWhE4())
                .put("marginPerKWhE4", bill.marginPerKWhE4())
                .put("vatE4", bill.vatE4())
                .put("costMicroEuro", bill.costMicroEuro())
                .put("marginMicroEuro", bill.marginMicroEuro())
                .put("vatMicroEuro", bill.vatMicroEuro())
                .put("owedMicroEuro", bill.owedMicroEuro())
                .put("chargedMicroEuro", bill.chargedMicroEuro())
                .put("compensationMicroEuro", bill.compensationMicroEuro())
                .put("tokens", bill.tokens())
                .put("words", bill.words());
        var path = json.putArray("path");
        MerkleTree.proof(settlement.bills(), index).forEach(hash -> path.add(hash.toHexString()));
        return json;
    }
}
