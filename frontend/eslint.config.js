import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "../static/dist"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Says where React's compiler would skip a component; the build doesn't run the compiler.
      "react-hooks/preserve-manual-memoization": "off",
      // `store` is a hook that isn't named as one: rules-of-hooks doesn't see it.
      "no-restricted-syntax": [
        "error",
        ...["LogicalExpression > .right", "ConditionalExpression > .consequent", "ConditionalExpression > .alternate"].map((where) => ({
          selector: `${where}:matches(CallExpression[callee.name='store'], :has(CallExpression[callee.name='store']))`,
          message: "A store is read in every rendering: put it into a constant of its own.",
        })),
      ],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
