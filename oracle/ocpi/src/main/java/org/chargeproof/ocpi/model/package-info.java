/**
 * The objects of OCPI 2.2.1's modules, under its names (in Java's spelling). What is nullable is optional there, lists that may be empty
 * may be left out, and what the annotations say is checked where objects enter and leave: {@link org.chargeproof.ocpi.json.OcpiJson}.
 */
@NullMarked
package org.chargeproof.ocpi.model;

import org.jspecify.annotations.NullMarked;
