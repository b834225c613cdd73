package org.chargeproof.console.settings;

/**
 * An option's value from elsewhere than the command line.
 *
 * @param value as it would stand on the command line
 * @param origin variable of the environment, or file and line
 */
record Setting(String value, String origin) {}
