package org.chargeproof.ocpi.edge;

import java.util.Set;
import org.chargeproof.ocpi.model.Capability;
import org.chargeproof.ocpi.model.ConnectorType;
import org.chargeproof.ocpi.model.EnvironmentalImpactCategory;
import org.chargeproof.ocpi.model.Facility;
import org.chargeproof.ocpi.model.ImageCategory;
import org.chargeproof.ocpi.model.ParkingRestriction;
import org.chargeproof.ocpi.model.ParkingType;
import org.chargeproof.ocpi.model.TokenType;

/** The enums that 2.3.0 opened to words that nobody knows yet. */
final class Openness {
    private static final Set<Class<?>> OPEN = Set.of(
            Capability.class,
            ConnectorType.class,
            EnvironmentalImpactCategory.class,
            Facility.class,
            ImageCategory.class,
            ParkingRestriction.class,
            ParkingType.class,
            TokenType.class);

    private Openness() {}

    static boolean isOpen(Class<?> type) {
        return OPEN.contains(type);
    }
}
