package org.chargeproof.ocpi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Translation230Test {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"before_taxes\":1.00}|{\"excl_vat\":1.00}|{\"before_taxes\":1.00}",
                "{\"before_taxes\":1.00,\"taxes\":[{\"name\":\"VAT\",\"amount\":0.19}]}|{\"excl_vat\":1.00,\"incl_vat\":1.19}"
                        + "|{\"before_taxes\":1.00,\"taxes\":[{\"name\":\"VAT\",\"amount\":0.19}]}",
                "{\"before_taxes\":1.00,\"taxes\":[{\"name\":\"GST\",\"amount\":0.05},{\"name\":\"QST\",\"amount\":0.10}]}"
                        + "|{\"excl_vat\":1.00,\"incl_vat\":1.15}"
                        + "|{\"before_taxes\":1.00,\"taxes\":[{\"name\":\"VAT\",\"amount\":0.15}]}"
            })
    void pricesKeepTheirAmountsExactly(String theirs, String ours, String back) {
        JsonNode in = Edge.V2_3_0.toOurs(parse(theirs), Price.class);

        assertThat(text(in)).isEqualTo(ours);
        assertThat(text(Edge.V2_3_0.fromOurs(in, Price.class))).isEqualTo(back);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"excl_vat\":1}",
                "{\"before_taxes\":1,\"taxes\":[{\"name\":\"VAT\"}]}",
                "{\"before_taxes\":1,\"taxes\":[{\"amount\":1e1000000000}]}",
                "{\"before_taxes\":1,\"taxes\":[1]}"
            })
    void pricesThatCannotBeToldAreRefused(String theirs) {
        assertThatThrownBy(() -> Edge.V2_3_0.toOurs(parse(theirs), Price.class)).isInstanceOf(BadObjectException.class);
    }

    @Test
    void tariffsSayThatTaxesAreNotIncludedAndLimitsKeepBothAmounts() {
        var theirs = parse("""
                {"country_code":"DE","party_id":"ABC","id":"1","currency":"EUR","tax_included":"NO",
                 "min_price":{"before_taxes":0.50,"after_taxes":0.60},
                 "elements":[{"price_components":[{"type":"ENERGY","price":0.30,"step_size":1}]}],
                 "last_updated":"2026-11-26T19:00:00Z"}""");
        var ours = OcpiJson.read(Edge.V2_3_0.toOurs(theirs, Tariff.class), Tariff.class);

        assertThat(ours.minPrice()).isNotNull();
        assertThat(text(OcpiJson.tree(ours.minPrice()))).isEqualTo("{\"excl_vat\":0.50,\"incl_vat\":0.60}");
        var back = Edge.V2_3_0.fromOurs(OcpiJson.tree(ours), Tariff.class);
        assertThat(back.get("tax_included").asText()).isEqualTo("NO");
        assertThat(back.get("min_price")).isEqualTo(theirs.get("min_price"));
    }

    @Test
    void pricesWithTaxesAreRefusedRatherThanRounded() {
        assertThatThrownBy(() -> Edge.V2_3_0.toOurs(parse("{\"tax_included\":\"YES\"}"), Tariff.class))
                .hasMessageContaining("would have to round them");
    }

    @Test
    void wordsThatNobodyKnowsAreLeftOutAndSoIsWhatMakesNoSenseWithoutThem() {
        var theirs = parse("""
                {"uid":"1","status":"AVAILABLE","capabilities":["RESERVABLE","BREWS_COFFEE"],
                 "parking_restrictions":["TAXIS"],"connectors":[{"standard":"MCS","id":"1"},{"standard":"CHADEMO","id":"2"}]}""");
        var ours = Edge.V2_3_0.toOurs(theirs, Evse.class);

        assertThat(text(ours.get("capabilities"))).isEqualTo("[\"RESERVABLE\"]");
        assertThat(ours.get("parking_restrictions")).isEmpty();
        assertThat(text(ours.get("connectors"))).isEqualTo("[{\"standard\":\"CHADEMO\",\"id\":\"2\"}]");
        assertThat(text(Edge.V2_3_0
                        .toOurs(
                                parse("{\"evses\":[" + text(theirs) + ",{\"connectors\":[{\"standard\":\"MCS\"}]}]}"),
                                Location.class)
                        .get("evses")))
                .contains("CHADEMO")
                .doesNotContain("MCS");
        assertThat(Edge.V2_3_0
                        .toOurs(parse("{\"type\":\"EMAID\"}"), Token.class)
                        .get("type")
                        .asText())
                .isEqualTo("OTHER");
    }

    @Test
    void longAddressesAreCut() {
        var ours = Edge.V2_3_0.toOurs(
                parse("{\"address\":\"" + "a".repeat(200) + "\",\"state\":\"" + "s".repeat(30) + "\"}"),
                Location.class);

        assertThat(ours.get("address").asText()).hasSize(45);
        assertThat(ours.get("state").asText()).hasSize(20);
    }

    private static JsonNode parse(String text) {
        return OcpiJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode tree) {
        return new String(OcpiJson.bytes(tree), StandardCharsets.UTF_8);
    }
}
