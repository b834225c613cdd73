package org.chargeproof.ocpi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.Shape;
import org.chargeproof.ocpi.model.ConnectorType;
import org.chargeproof.ocpi.model.EnvironmentalImpactCategory;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.ImageCategory;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ParkingType;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.model.TokenType;

/**
 * OCPI 2.3.0 from and to 2.2.1. 2.3.0 does not only add: a price has a list of taxes, a tariff says whether taxes are in its prices, and
 * enums are open. What is lost is in docs/reference/ocpi.md.
 */
final class Translation230 {
    private static final String EXCLUDING = "excl_vat";
    private static final String INCLUDING = "incl_vat";
    private static final String BEFORE_TAXES = "before_taxes";
    private static final String AFTER_TAXES = "after_taxes";
    private static final String TAXES = "taxes";
    private static final String TAX_INCLUDED = "tax_included";
    private static final Set<String> LIMITS = Set.of("min_price", "max_price");

    /** Words of enums that 2.3.0 opened, when they are in a single field: what they become. */
    private static final Map<Class<?>, String> OTHERWISE =
            Map.of(TokenType.class, TokenType.OTHER.name(), ImageCategory.class, ImageCategory.OTHER.name());

    /** Objects that make no sense without the word. */
    private static final Set<Class<?>> NOT_WITHOUT = Set.of(ConnectorType.class, EnvironmentalImpactCategory.class);

    private Translation230() {}

    static JsonNode toOurs(JsonNode object, Class<?> type) {
        if (!object.isObject()) {
            return object;
        }
        if (type == Price.class) {
            return priceToOurs((ObjectNode) object);
        }
        ObjectNode ours = ((ObjectNode) object).deepCopy();
        for (Shape.Field field : Shape.of(type).fields()) {
            JsonNode value = ours.get(field.name());
            if (value == null || value.isNull()) {
                continue;
            }
            if (type == Tariff.class && LIMITS.contains(field.name())) {
                ours.set(field.name(), renamed(value, BEFORE_TAXES, EXCLUDING, AFTER_TAXES, INCLUDING));
            } else if (value.isArray()) {
                ours.set(field.name(), listToOurs((ArrayNode) value, field));
            } else if (field.type() instanceof Shape.Kind.Of of) {
                ours.set(field.name(), toOurs(value, of.type()));
            } else if (isUnknownWord(value, field)) {
                wordToOurs(ours, field);
            } else if (type == Location.class && field.maxLength() > 0 && value.isTextual()) {
                // address and state are longer in 2.3.0
                cut(ours, field, value.textValue());
            }
        }
        if (type == Tariff.class) {
            requirePricesWithoutTaxes(ours);
        }
        return ours;
    }

    static JsonNode fromOurs(JsonNode object, Class<?> type) {
        if (!object.isObject()) {
            return object;
        }
        if (type == Price.class) {
            return priceFromOurs((ObjectNode) object);
        }
        ObjectNode theirs = ((ObjectNode) object).deepCopy();
        for (Shape.Field field : Shape.of(type).fields()) {
            JsonNode value = theirs.get(field.name());
            if (value == null || value.isNull() || !(field.type() instanceof Shape.Kind.Of of)) {
                continue;
            }
            if (type == Tariff.class && LIMITS.contains(field.name())) {
                theirs.set(field.name(), renamed(value, EXCLUDING, BEFORE_TAXES, INCLUDING, AFTER_TAXES));
            } else if (value.isArray()) {
                ArrayNode list = theirs.putArray(field.name());
                value.forEach(each -> list.add(fromOurs(each, of.type())));
            } else {
                theirs.set(field.name(), fromOurs(value, of.type()));
            }
        }
        if (type == Tariff.class) {
            theirs.put(TAX_INCLUDED, "NO");
        }
        return theirs;
    }

    private static JsonNode priceToOurs(ObjectNode price) {
        JsonNode before = price.get(BEFORE_TAXES);
        if (before == null) {
            throw new BadObjectException(BEFORE_TAXES, "is missing; OCPI 2.3.0 requires it in a price");
        }
        ObjectNode ours = OcpiJson.object();
        ours.set(EXCLUDING, before);
        JsonNode taxes = price.get(TAXES);
        if (before.isNumber() && taxes != null && taxes.isArray() && !taxes.isEmpty()) {
            BigDecimal after = shortNumber(before);
            for (JsonNode tax : taxes) {
                JsonNode amount = tax.get("amount");
                if (amount == null || !amount.isNumber()) {
                    throw new BadObjectException(TAXES, "has a tax whose amount is no number; give the amount");
                }
                after = after.add(shortNumber(amount));
            }
            ours.put(INCLUDING, after);
        }
        return ours;
    }

    private static JsonNode priceFromOurs(ObjectNode price) {
        ObjectNode theirs = OcpiJson.object();
        JsonNode excluding = price.get(EXCLUDING);
        theirs.set(BEFORE_TAXES, excluding);
        JsonNode including = price.get(INCLUDING);
        if (including != null && including.isNumber() && excluding.isNumber()) {
            theirs.putArray(TAXES)
                    .addObject()
                    .put("name", "VAT")
                    .put("amount", including.decimalValue().subtract(excluding.decimalValue()));
        }
        return theirs;
    }

    /** The sum of 1E+1000000000 and 1 would fill the memory. */
    private static BigDecimal shortNumber(JsonNode number) {
        BigDecimal value = number.decimalValue();
        if (Math.abs((long) value.scale()) > 20) {
            throw new BadObjectException(TAXES, "has a number with more than 20 digits; round it");
        }
        return value;
    }

    private static JsonNode renamed(JsonNode object, String from1, String to1, String from2, String to2) {
        if (!object.isObject()) {
            return object;
        }
        ObjectNode renamed = OcpiJson.object();
        if (object.has(from1)) {
            renamed.set(to1, object.get(from1));
        }
        if (object.has(from2)) {
            renamed.set(to2, object.get(from2));
        }
        return renamed;
    }

    private static ArrayNode listToOurs(ArrayNode list, Shape.Field field) {
        ArrayNode ours = list.arrayNode();
        for (JsonNode each : list) {
            if (field.type() instanceof Shape.Kind.Of of) {
                JsonNode translated = toOurs(each, of.type());
                if (!isLost(translated, of.type())) {
                    ours.add(translated);
                }
            } else if (!isUnknownWord(each, field)) {
                ours.add(each);
            }
        }
        return ours;
    }

    /** Whether what the object is about has no word in 2.2.1. */
    private static boolean isLost(JsonNode object, Class<?> type) {
        if (!object.isObject()) {
            return false;
        }
        if (type == Evse.class) {
            return object.path("connectors").isArray()
                    && object.path("connectors").isEmpty();
        }
        for (Shape.Field field : Shape.of(type).fields()) {
            JsonNode value = object.get(field.name());
            if (value != null
                    && field.type() instanceof Shape.Kind.OneOf oneOf
                    && NOT_WITHOUT.contains(oneOf.type())
                    && isUnknownWord(value, field)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnknownWord(JsonNode value, Shape.Field field) {
        return field.type() instanceof Shape.Kind.OneOf oneOf
                && Openness.isOpen(oneOf.type())
                && value.isTextual()
                && !oneOf.words().contains(value.textValue());
    }

    private static void wordToOurs(ObjectNode ours, Shape.Field field) {
        Class<?> type = ((Shape.Kind.OneOf) field.type()).type();
        String otherwise = OTHERWISE.get(type);
        if (otherwise != null) {
            ours.put(field.name(), otherwise);
        } else if (type == ParkingType.class) {
            ours.remove(field.name());
        }
    }

    private static void cut(ObjectNode ours, Shape.Field field, String text) {
        boolean isLonger = field.name().equals("address") || field.name().equals("state");
        if (isLonger && text.length() > field.maxLength() && text.length() <= 255) {
            int end = Character.isHighSurrogate(text.charAt(field.maxLength() - 1))
                    ? field.maxLength() - 1
                    : field.maxLength();
            ours.put(field.name(), text.substring(0, end));
        }
    }

    /** 2.2.1 has prices without VAT alone. Taking VAT out of a price would round it. */
    private static void requirePricesWithoutTaxes(ObjectNode tariff) {
        JsonNode included = tariff.remove(TAX_INCLUDED);
        if (included == null || !Set.of("YES", "NO", "N/A").contains(included.asText())) {
            throw new BadObjectException(
                    TAX_INCLUDED, "is missing or none of YES, NO, N/A; OCPI 2.3.0 requires it in a tariff");
        }
        if (included.asText().equals("YES")) {
            throw new BadObjectException(
                    TAX_INCLUDED,
                    "is 'YES'; this platform keeps prices without taxes and would have to round them. Send the tariff"
                            + " with prices before taxes");
        }
    }
}
